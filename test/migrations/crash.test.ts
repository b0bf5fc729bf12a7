import { crashAtOperations } from './crash.js'

crashAtOperations(7, 120_000)
