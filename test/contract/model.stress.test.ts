import { describe, test } from 'vitest'
import { comparing } from './model/comparing.js'
import { mongoBackend } from './mongo-backend.js'
import { pgliteBackend } from './pglite.js'
import { postgresBackend } from './postgres-backend.js'
import { isServerAbsent, serverUrl } from './server.js'

// The runs make 100,000 calls in all. The seed of a long run changes each day, and a failure prints it.
const isShort = process.env.STRESS_SCALE === 'small'
const share = isShort ? 0.05 : 1
const seed = Number(process.env.MODEL_SEED ?? (isShort ? 2 : Math.floor(Date.now() / 86_400_000)))

describe('random calls answer and store the same as on memory', () => {
  test('10,000 on PGlite', () => comparing(pgliteBackend(), { calls: 10_000 * share, seed }))

  test.skipIf(isServerAbsent('postgres'))('50,000 on PostgreSQL', () =>
    comparing(postgresBackend({ name: 'postgres', url: serverUrl('postgres') }), { calls: 50_000 * share, seed }),
  )

  test.skipIf(isServerAbsent('mongoReplicaSet'))('40,000 on MongoDB', () =>
    comparing(mongoBackend({ name: 'mongo', url: serverUrl('mongoReplicaSet'), isReplicaSet: true }), {
      calls: 40_000 * share,
      seed,
    }),
  )
})
