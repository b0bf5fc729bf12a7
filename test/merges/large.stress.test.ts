import { describe, expect, test } from 'vitest'
import { mongoBackend } from '../contract/mongo-backend.js'
import { postgresBackend } from '../contract/postgres-backend.js'
import { isServerAbsent, serverUrl } from '../contract/server.js'
import { mergeLarge } from './large.js'

const isShort = process.env.STRESS_SCALE === 'small'
// More than are marked in one step.
const size = Number(process.env.MERGES_SIZE ?? (isShort ? 6_000 : 200_000))
const kills = isShort ? 3 : 10
const seed = Number(process.env.MERGES_SEED ?? (isShort ? 1 : Math.floor(Date.now() / 86_400_000)))

const engines = [
  {
    engine: 'PostgreSQL',
    isAbsent: isServerAbsent('postgres'),
    async open() {
      const url = serverUrl('postgres')
      const backend = await postgresBackend({ name: 'PostgreSQL', url })
      return { backend, url, name: backend.schema }
    },
  },
  {
    engine: 'MongoDB',
    isAbsent: isServerAbsent('mongoReplicaSet'),
    async open() {
      const url = serverUrl('mongoReplicaSet')
      const backend = await mongoBackend({ name: 'MongoDB', url, isReplicaSet: true })
      return { backend, url, name: backend.db.databaseName }
    },
  },
] as const

describe('two large conversations are merged in one step for every reader, also where the process that merges is killed', () => {
  for (const { engine, isAbsent, open } of engines) {
    for (const isCommon of [false, true]) {
      const run = async () => {
        const { backend, url, name } = await open()
        try {
          const { createAdapter } = backend
          const { problems, ...counted } = await mergeLarge({ engine, url, name, createAdapter, size, isCommon, kills, seed })
          console.info(`${engine}, seed ${seed}, ${size} messages, ${isCommon ? 'all' : 'none'} in common: ${JSON.stringify(counted)}`)
          expect(problems).toEqual([])
        } finally {
          await backend.close()
        }
      }
      test.skipIf(isAbsent)(`${size} messages each on ${engine}, ${isCommon ? 'all' : 'none'} in common`, run, 3 * 60 * 60_000)
    }
  }
})
