import { killLocking } from './locking-kills.js'

killLocking(3, 180_000)
