import { manyProcesses, manyTenants } from './many.js'

manyProcesses(6, 120_000)
manyTenants(50, 120_000)
