import { describe, expect, test } from 'vitest'
import type { ContractBackend } from '../../../src/contract/index.js'
import { memoryBackend } from '../../contract/memory.js'
import { mongoBackend } from '../../contract/mongo-backend.js'
import { postgresBackend } from '../../contract/postgres-backend.js'
import { isServerAbsent, serverUrl } from '../../contract/server.js'
import { explorePairs } from './explore.js'

const exploration = {
  seed: Number(process.env.PAIRS_SEED ?? 1),
  trials: { sharing: Number(process.env.PAIRS_SHARING ?? 6), others: Number(process.env.PAIRS_OTHERS ?? 1) },
}

async function exploring(opening: Promise<ContractBackend>): Promise<string> {
  const backend = await opening
  try {
    return await explorePairs(backend, exploration)
  } finally {
    await backend.close()
  }
}

describe('two calls at once do what they would do one after the other', () => {
  test('on memory', async () => {
    expect(await exploring(Promise.resolve(memoryBackend()))).toBe('')
  })

  test.skipIf(isServerAbsent('postgres'))('on PostgreSQL', async () => {
    expect(await exploring(postgresBackend({ name: 'PostgreSQL', url: serverUrl('postgres') }))).toBe('')
  })

  test.skipIf(isServerAbsent('mongoReplicaSet'))('on a replica set', async () => {
    const url = serverUrl('mongoReplicaSet')
    expect(await exploring(mongoBackend({ name: 'MongoDB', url, isReplicaSet: true }))).toBe('')
  })

  test.skipIf(isServerAbsent('mongoStandalone'))('on a standalone mongod', async () => {
    const url = serverUrl('mongoStandalone')
    expect(await exploring(mongoBackend({ name: 'MongoDB, standalone', url, isReplicaSet: false }))).toBe('')
  })
})
