import { describe, test } from 'vitest'
import type { ContractBackend } from '../../src/contract/index.js'
import { compareWithMemory } from './model/compare.js'
import { mongoBackend } from './mongo-backend.js'
import { pgliteBackend } from './pglite.js'
import { postgresBackend } from './postgres-backend.js'
import { isServerAbsent, serverUrl } from './server.js'

// The calls of a run that fails are printed shortest first, with the seed: set it here to run them again.
const seed = 4_711
const minutes = 60_000

async function comparing(opening: Promise<ContractBackend>, calls: number): Promise<void> {
  const backend = await opening
  try {
    await compareWithMemory(backend, { calls, seed })
  } finally {
    await backend.close()
  }
}

describe('random calls answer and store the same as on memory', () => {
  test('1,000 on PGlite', () => comparing(pgliteBackend(), 1_000), 5 * minutes)

  test.skipIf(isServerAbsent('postgres'))(
    '2,000 on PostgreSQL',
    () => comparing(postgresBackend({ name: 'postgres', url: serverUrl('postgres') }), 2_000),
    5 * minutes,
  )

  test.skipIf(isServerAbsent('mongoReplicaSet'))(
    '2,000 on MongoDB',
    () => comparing(mongoBackend({ name: 'mongo', url: serverUrl('mongoReplicaSet'), isReplicaSet: true }), 2_000),
    5 * minutes,
  )
})
