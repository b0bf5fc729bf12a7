import { killAllowingClosed } from './allow-closed-kills.js'

killAllowingClosed(process.env.STRESS_SCALE === 'small' ? 6 : 10_000, 3_600_000)
