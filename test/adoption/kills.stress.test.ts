import { killAtOperations } from './kills.js'

killAtOperations(10_000, 3_600_000)
