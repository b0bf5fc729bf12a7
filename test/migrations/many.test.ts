import { manyProcesses, manyTenants } from './many.js'

manyProcesses(4, 120_000)
manyTenants(20, 120_000)
