import { describe, expect, test } from 'vitest'
import { isServerAbsent } from '../contract/server.js'
import { startThrowawayReplicaSet } from '../servers/mongo.js'
import { startEmbeddedPostgres } from '../servers/postgres.js'
import { installedPackage } from '../servers/postgres-binaries.js'
import { killedAmongBodies } from './hosted/killed-among-bodies.js'

const kills = process.env.STRESS_SCALE === 'small' ? 2 : 20
const seed = Number(process.env.WEBHOOK_KILLS_SEED ?? 20_261_129)
const timeout = 4 * 60 * 60_000

/** A host answers when the commit is on the disk, as a host's own server is set up. A kill loses what is not there. */
const durable = { synchronous_commit: 'on', max_connections: '60' }

describe.skipIf(isServerAbsent('postgres'))('PostgreSQL that is killed among webhooks', { timeout }, () => {
  test(`loses no body that was answered, in ${kills} kills`, async () => {
    const server = await startEmbeddedPostgres('webhook-kills', installedPackage(), durable)
    try {
      expect(await killedAmongBodies('PostgreSQL', server, { kills, seed })).toEqual([])
    } finally {
      await server.stop()
    }
  })
})

describe.skipIf(isServerAbsent('mongoReplicaSet'))('a mongod that is killed among webhooks', { timeout }, () => {
  test(`loses no body that was answered, in ${kills} kills`, async () => {
    const server = await startThrowawayReplicaSet()
    try {
      expect(await killedAmongBodies('MongoDB', server, { kills, seed })).toEqual([])
    } finally {
      await server.stop()
    }
  })
})
