import { loseNothing } from './lossless.js'

loseNothing(6, 120_000)
