import { killAdoption } from './kills.js'

killAdoption(process.env.STRESS_SCALE === 'small' ? 4 : 'every', 14_400_000)
