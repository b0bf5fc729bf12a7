import { describe, test } from 'vitest'
import { comparing } from './model/comparing.js'
import { mongoBackend } from './mongo-backend.js'
import { pgliteBackend } from './pglite.js'
import { postgresBackend } from './postgres-backend.js'
import { isServerAbsent, serverUrl } from './server.js'

// A difference is printed with the shortest calls that show it, and with the seed.
const seed = 4_711
// Finding the shortest calls takes longer than finding none.
const patience = 5 * 60_000

describe('random calls answer and store the same as on memory', () => {
  test('500 on PGlite', () => comparing(pgliteBackend(), { calls: 500, seed }), patience)

  test.skipIf(isServerAbsent('postgres'))(
    '1,500 on PostgreSQL',
    () => comparing(postgresBackend({ name: 'postgres', url: serverUrl('postgres') }), { calls: 1_500, seed }),
    patience,
  )

  test.skipIf(isServerAbsent('mongoReplicaSet'))(
    '800 on MongoDB',
    () => comparing(mongoBackend({ name: 'mongo', url: serverUrl('mongoReplicaSet'), isReplicaSet: true }), { calls: 800, seed }),
    patience,
  )
})
