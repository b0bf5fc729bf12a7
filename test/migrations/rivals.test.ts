import { killRivals } from './rivals.js'

killRivals(2, 1, 120_000)
