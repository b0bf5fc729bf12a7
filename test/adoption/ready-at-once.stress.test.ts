import { startAtOnce } from './ready-at-once.js'

startAtOnce(20, 5_000, 600_000)
