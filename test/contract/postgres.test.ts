import { deepEqual, ok } from 'node:assert/strict'
import { describe, test } from 'vitest'
import { runContract } from '../../src/contract/index.js'
import { unscopedTables } from './account-scope.js'
import { postgresBackend, serverLeftOut } from './postgres-backend.js'
import { isServerAbsent, serverUrl } from './server.js'

describe.skipIf(isServerAbsent('postgres'))('the contract on PostgreSQL', () => {
  const statements = new Set<string>()
  const onStatement = (text: string) => statements.add(text)
  runContract({
    backend: () => postgresBackend({ name: 'postgres', url: serverUrl('postgres'), onStatement }),
    test,
    leftOut: serverLeftOut,
  })

  test('every statement of the run names the account for every table that it touches', () => {
    const ownersAside = [...statements].filter((text) => !text.includes('"inbox_owners"') || unscopedTables(text).length > 0)
    ok(ownersAside.length > 50, `only ${ownersAside.length} statements were seen`)
    deepEqual(
      ownersAside.flatMap((text) => unscopedTables(text).map((table) => `${table}: ${text}`)),
      [],
    )
  })
})
