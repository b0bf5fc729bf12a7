import { manyAtOnce, manyProcesses, manyTenants } from './many.js'

const isShort = process.env.STRESS_SCALE === 'small'

manyProcesses(20, 20 * 60_000)
manyTenants(isShort ? 100 : 500, 20 * 60_000)
manyAtOnce(isShort ? 40 : 200, 30 * 60_000)
