import { crashAtOperations } from './crash.js'

crashAtOperations(4, 180_000)
