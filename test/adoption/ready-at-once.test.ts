import { startAtOnce } from './ready-at-once.js'

startAtOnce(4, 40, 120_000)
