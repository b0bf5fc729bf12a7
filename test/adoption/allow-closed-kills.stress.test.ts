import { killAllowingClosed } from './allow-closed-kills.js'

killAllowingClosed(process.env.STRESS_SCALE === 'small' ? 6 : 'every', 14_400_000)
