import { describe, test } from 'vitest'
import { runContract } from '../../src/contract/index.js'
import { postgresBackend, serverLeftOut } from './postgres-backend.js'
import { isServerAbsent, serverUrl } from './server.js'

describe.skipIf(isServerAbsent('postgres'))('the contract on PostgreSQL tables that are hash-partitioned by account', () => {
  const backend = () => postgresBackend({ name: 'postgres, partitioned', url: serverUrl('postgres'), options: { partitions: 8 } })
  runContract({ backend, test, leftOut: serverLeftOut })
})
