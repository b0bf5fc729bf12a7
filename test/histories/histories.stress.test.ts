import { describe, expect, test } from 'vitest'
import { isServerAbsent } from '../contract/server.js'
import { startThrowawayReplicaSet, startThrowawayStandalone } from '../servers/mongo.js'
import { startEmbeddedPostgres } from '../servers/postgres.js'
import { installedPackage } from '../servers/postgres-binaries.js'
import type { RestartableServer } from '../servers/running.js'
import { checkedHistory } from './checking.js'
import { type HistoryDatabase, mongoDatabase, postgresDatabase } from './databases.js'
import type { Faults } from './faults.js'
import { mongoFaults } from './mongo-faults.js'
import { postgresFaults } from './postgres-faults.js'

const isShort = process.env.STRESS_SCALE === 'small'
// The seed of a long run changes each day, and a failure prints it.
const seed = Number(process.env.HISTORY_SEED ?? (isShort ? 1 : Math.floor(Date.now() / 86_400_000)))
const calls = Number(process.env.HISTORY_OPERATIONS ?? (isShort ? 1_500 : 100_000))
const pauseMs = isShort ? 2_000 : 5_000
const timeout = 4 * 60 * 60_000

describe('a long history with failures keeps every clause', { timeout }, () => {
  // What is acknowledged must be with the operating system, because the server is killed.
  const startPostgres = () => startEmbeddedPostgres('postgres-history', installedPackage(), { synchronous_commit: 'on' })

  test.skipIf(isServerAbsent('postgres'))('on PostgreSQL', () =>
    keepsEveryClause(startPostgres, postgresDatabase, (server) => postgresFaults(server, pauseMs)),
  )

  test.skipIf(isServerAbsent('mongoReplicaSet'))('on a replica set', () =>
    keepsEveryClause(
      startThrowawayReplicaSet,
      (url) => mongoDatabase(url, { isReplicaSet: true }),
      (server) => mongoFaults(server, { isReplicaSet: true, pauseMs }),
    ),
  )

  test.skipIf(isServerAbsent('mongoStandalone'))('on a standalone mongod, with the calls that it supports', () =>
    keepsEveryClause(
      startThrowawayStandalone,
      (url) => mongoDatabase(url, { isReplicaSet: false }),
      (server) => mongoFaults(server, { isReplicaSet: false, pauseMs }),
    ),
  )
})

async function keepsEveryClause(
  start: () => Promise<RestartableServer>,
  open: (url: string) => Promise<HistoryDatabase>,
  faults: (server: RestartableServer) => Faults,
): Promise<void> {
  const server = await start()
  try {
    expect(await checkedHistory(await open(server.url), { seed, calls, faults: faults(server) })).toBe('')
  } finally {
    await server.stop()
  }
}
