import { killAtOperations } from './kills.js'

killAtOperations(1, 180_000)
