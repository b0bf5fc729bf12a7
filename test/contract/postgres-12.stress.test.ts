import { describe, test } from 'vitest'
import { runContract } from '../../src/contract/index.js'
import { postgresBackend, serverLeftOut } from './postgres-backend.js'
import { isServerAbsent, serverUrl } from './server.js'

describe.skipIf(isServerAbsent('postgres12'))('the contract on the oldest PostgreSQL', () => {
  runContract({ backend: () => postgresBackend({ name: 'postgres 12', url: serverUrl('postgres12') }), test, leftOut: serverLeftOut })
})
