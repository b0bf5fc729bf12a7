import { killAtOperations } from './kills.js'

killAtOperations(process.env.STRESS_SCALE === 'small' ? 4 : 10_000, 3_600_000)
