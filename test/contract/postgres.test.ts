import { describe, test } from 'vitest'
import { runContract } from '../../src/contract/index.js'
import { postgresBackend } from './postgres-backend.js'
import { isServerAbsent, serverUrl } from './server.js'

describe.skipIf(isServerAbsent('postgres'))('the contract on PostgreSQL', () => {
  runContract({ backend: () => postgresBackend({ name: 'postgres', url: serverUrl('postgres') }), test })
})
