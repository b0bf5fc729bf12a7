import { expect, test } from 'vitest'
import type { ContractBackend } from '../../../src/contract/index.js'
import { memoryBackend } from '../../contract/memory.js'
import { mongoBackend } from '../../contract/mongo-backend.js'
import { postgresBackend } from '../../contract/postgres-backend.js'
import { isServerAbsent, serverUrl } from '../../contract/server.js'
import { type Exploration, explorePairs } from './explore.js'

/**
 * Registers the races of all pairs on each backend. `PAIRS_SEED` gives other trials, `PAIRS_TRIALS` gives each pair
 * that many, and `PAIRS_ONLY=closeConversation,markRead` races the pairs of these calls alone.
 */
export function exploreOnEachBackend(standard: Exploration, timeout: number): void {
  const { PAIRS_SEED: seed, PAIRS_TRIALS: trials, PAIRS_ONLY: only } = process.env
  const exploration: Exploration = {
    ...standard,
    seed: Number(seed ?? standard.seed),
    ...(trials !== undefined && { trials: { sharing: Number(trials), others: Number(trials) }, share: 1 }),
    only: only?.split(','),
  }
  const exploring = async (opening: ContractBackend | Promise<ContractBackend>): Promise<void> => {
    const backend = await opening
    try {
      expect(await explorePairs(backend, exploration)).toBe('')
    } finally {
      await backend.close()
    }
  }

  test('on memory', { timeout }, () => exploring(memoryBackend()))

  test.skipIf(isServerAbsent('postgres'))('on PostgreSQL', { timeout }, () =>
    exploring(postgresBackend({ name: 'PostgreSQL', url: serverUrl('postgres') })),
  )

  test.skipIf(isServerAbsent('mongoReplicaSet'))('on a replica set', { timeout }, () =>
    exploring(mongoBackend({ name: 'MongoDB', url: serverUrl('mongoReplicaSet'), isReplicaSet: true })),
  )

  test.skipIf(isServerAbsent('mongoStandalone'))('on a standalone mongod', { timeout }, () =>
    exploring(mongoBackend({ name: 'MongoDB, standalone', url: serverUrl('mongoStandalone'), isReplicaSet: false })),
  )
}
