import { describe, test } from 'vitest'
import { withCheckedGroups } from './checked-groups.js'
import { comparing } from './model/comparing.js'
import { mongoBackend } from './mongo-backend.js'
import { pgliteBackend } from './pglite.js'
import { postgresBackend } from './postgres-backend.js'
import { isServerAbsent, serverUrl } from './server.js'

// A failure prints the shortest sequence of calls that shows the difference, and the seed.
const seed = 4_711
// When a difference was found, searching for the shortest sequence of calls takes longer than the calls themselves.
const patience = 5 * 60_000

describe('random calls answer and store the same as on memory', () => {
  test('300 on PGlite', () => comparing(pgliteBackend(), { calls: 300, seed }), patience)

  test.skipIf(isServerAbsent('postgres'))(
    '800 on PostgreSQL',
    () => comparing(postgresBackend({ name: 'postgres', url: serverUrl('postgres') }), { calls: 800, seed }),
    patience,
  )

  test.skipIf(isServerAbsent('mongoReplicaSet'))(
    '400 on MongoDB',
    () =>
      comparing(withCheckedGroups(mongoBackend({ name: 'mongo', url: serverUrl('mongoReplicaSet'), isReplicaSet: true })), {
        calls: 400,
        seed,
      }),
    patience,
  )
})
