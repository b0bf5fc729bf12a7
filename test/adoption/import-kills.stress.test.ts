import { killImports } from './import-kills.js'

killImports(process.env.STRESS_SCALE === 'small' ? 10 : 10_000, 3_600_000)
