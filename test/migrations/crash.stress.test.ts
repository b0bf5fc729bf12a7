import { crashAtOperations } from './crash.js'

crashAtOperations(process.env.STRESS_SCALE === 'small' ? 5 : 1, 20 * 60_000)
