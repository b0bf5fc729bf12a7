import { describe, test } from 'vitest'
import { runContract } from '../../src/contract/index.js'
import { postgresBackend, serverLeftOut } from './postgres-backend.js'
import { isServerAbsent, serverUrl } from './server.js'

describe.skipIf(isServerAbsent('pgbouncer'))('the contract on PostgreSQL behind a pooler in transaction mode', () => {
  const backend = () =>
    postgresBackend({
      name: 'postgres, pgbouncer',
      url: serverUrl('pgbouncer'),
      directUrl: serverUrl('postgres'),
      options: { preparedStatements: false },
    })
  runContract({ backend, test, leftOut: serverLeftOut })
})
