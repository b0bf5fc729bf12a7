import { killAllowingClosed } from './allow-closed-kills.js'

killAllowingClosed(2, 180_000)
