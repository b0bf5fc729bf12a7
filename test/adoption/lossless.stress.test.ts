import { loseNothing } from './lossless.js'

loseNothing(1_000, 3_600_000)
