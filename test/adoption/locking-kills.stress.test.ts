import { killLocking } from './locking-kills.js'

killLocking(process.env.STRESS_SCALE === 'small' ? 20 : 'every', 14_400_000)
