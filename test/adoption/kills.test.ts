import { killAtOperations } from './kills.js'

killAtOperations(3, 180_000)
