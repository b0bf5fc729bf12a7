import { loseNothing } from './lossless.js'

loseNothing(process.env.STRESS_SCALE === 'small' ? 40 : 1_000, 3_600_000)
