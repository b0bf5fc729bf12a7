import { crashAtOperations } from './crash.js'

crashAtOperations(process.env.STRESS_SCALE === 'small' ? 12 : Number.POSITIVE_INFINITY, 30 * 60_000)
