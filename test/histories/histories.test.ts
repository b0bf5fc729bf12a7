import { describe, expect, test } from 'vitest'
import { isServerAbsent, serverUrl } from '../contract/server.js'
import { checkedHistory } from './checking.js'
import { mongoDatabase, postgresDatabase } from './databases.js'

// On a busy machine 400 calls on few customers can take longer than the tests' usual bound.
const timeout = 300_000
const run = { seed: Number(process.env.HISTORY_SEED ?? 1), calls: Number(process.env.HISTORY_OPERATIONS ?? 400) }

describe('a short history of 3 processes keeps every clause', () => {
  test.skipIf(isServerAbsent('postgres'))(
    'on PostgreSQL',
    async () => {
      expect(await checkedHistory(await postgresDatabase(serverUrl('postgres')), run)).toBe('')
    },
    timeout,
  )

  test.skipIf(isServerAbsent('mongoReplicaSet'))(
    'on a replica set',
    async () => {
      expect(await checkedHistory(await mongoDatabase(serverUrl('mongoReplicaSet'), { isReplicaSet: true }), run)).toBe('')
    },
    timeout,
  )

  test.skipIf(isServerAbsent('mongoStandalone'))(
    'on a standalone mongod, with the calls that it supports',
    async () => {
      expect(await checkedHistory(await mongoDatabase(serverUrl('mongoStandalone'), { isReplicaSet: false }), run)).toBe('')
    },
    timeout,
  )
})
