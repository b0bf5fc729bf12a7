import { killImports } from './import-kills.js'

killImports(3, 180_000)
