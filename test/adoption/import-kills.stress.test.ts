import { killImports } from './import-kills.js'

killImports(process.env.STRESS_SCALE === 'small' ? 10 : 'every', 14_400_000)
