import { killLocking } from './locking-kills.js'

killLocking(process.env.STRESS_SCALE === 'small' ? 20 : 10_000, 3_600_000)
