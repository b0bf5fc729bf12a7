import { killAdoption } from './kills.js'

killAdoption(1, 180_000)
