import { killRivals } from './rivals.js'

const isShort = process.env.STRESS_SCALE === 'small'
const seed = Number(process.env.MIGRATIONS_SEED ?? (isShort ? 1 : Math.floor(Date.now() / 86_400_000)))

killRivals(isShort ? 4 : 50, seed, 90 * 60_000)
