import { setTimeout as sleep } from 'node:timers/promises'
import { MongoClient, MongoNetworkError, MongoNetworkTimeoutError } from 'mongodb'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { migrateTarget } from '../../src/migrator/kernel/run-target.js'
import type { Doc, MongoDb } from '../../src/mongo/driver.js'
import { createDeclaredIndexes } from '../../src/mongo/migrator/indexes/index-commands.js'
import { mongoMigrations } from '../../src/mongo/migrator/runnable.js'
import { sendUntilAnswered } from '../../src/mongo/migrator/send-until-answered.js'
import { mongoTarget } from '../../src/mongo/migrator/target.js'
import { isServerAbsent, serverUrl } from '../contract/server.js'
import { failPointTurn } from './fail-point-turn.js'
import { type EmptyDatabase, emptyDatabase, migration, run } from './migration-runs.js'

const byEmail = { key: { email: 1 }, options: { name: 'idx_email', unique: true } } as const

describe.each([
  ['a replica set', 'mongoReplicaSet'],
  ['a standalone server', 'mongoStandalone'],
] as const)('a migration on %s', (_, server) => {
  describe.skipIf(isServerAbsent(server))('', () => {
    let turn: AsyncDisposable
    let database: EmptyDatabase
    let client: MongoClient
    let sent: string[]
    let appName: string
    beforeAll(async () => {
      turn = await failPointTurn(serverUrl(server))
    }, 5 * 60_000)
    afterAll(() => turn[Symbol.asyncDispose]())
    beforeEach(async () => {
      database = await emptyDatabase(serverUrl(server))
      appName = database.db.databaseName
      client = await new MongoClient(serverUrl(server), { appName, socketTimeoutMS: 2_000, monitorCommands: true }).connect()
      sent = []
      client.on('commandStarted', ({ commandName }) => sent.push(commandName))
    })
    afterEach(async () => {
      await fail('off', {})
      // A command that is still running could create the collection again after it was dropped.
      while ((await inProgress()).length > 0) await sleep(50)
      await client.close()
      await database[Symbol.asyncDispose]()
    })
    const admin = () => database.client.db('admin')
    const inProgress = () =>
      admin()
        .aggregate([{ $currentOp: {} }, { $match: { appName, active: true, ns: new RegExp(`^${appName}\\.`) } }])
        .toArray()
    const fail = (mode: unknown, data: object) => admin().command({ configureFailPoint: 'failCommand', mode, data: { appName, ...data } })
    const target = (leaseTtlMs = 30_000) =>
      mongoTarget({
        client,
        db: client.db(appName),
        leaseTtlMs,
        migrations: mongoMigrations([migration({}), migration({ collectionName: 'pets', indexes: [byEmail] })]),
      })
    const indexes = async () => (await database.db.collection('pets').indexes()).map(({ name }) => name)

    test('waits for an index that takes longer than a connection may be silent', async () => {
      await fail({ times: 1 }, { failCommands: ['createIndexes'], blockConnection: true, blockTimeMS: 4_000 })
      expect(await migrateTarget(target(), run())).toEqual({ applied: ['users@001', 'pets@001'] })
      expect(sent.filter((name) => name === 'createIndexes')).toHaveLength(2)
      expect(await indexes()).toEqual(['_id_', 'idx_email'])
      expect((await target().readLedger()).entries).toMatchObject([{ attempts: 1 }, { attempts: 1, failure: null }])
    })

    test.each(['create', 'createIndexes'])('sends %s again when its connection is lost', async (command) => {
      await fail({ times: 2 }, { failCommands: [command], closeConnection: true })
      expect(await migrateTarget(target(), run())).toEqual({ applied: ['users@001', 'pets@001'] })
      expect(sent.filter((name) => name === command)).toHaveLength(3)
      expect(await indexes()).toEqual(['_id_', 'idx_email'])
    })

    test('does not ask for an index again once its lock was broken', async () => {
      await fail('alwaysOn', { failCommands: ['createIndexes'], closeConnection: true })
      client.once('commandFailed', () => void database.target([]).breakLock())
      await expect(migrateTarget(target(1_500), run())).rejects.toMatchObject({ code: 'LEASE_LOST' })
      expect((await target().readLedger()).entries).toMatchObject([{ state: 'applied' }, { state: 'applying', failure: null }])
      await fail('off', {})
      expect(await migrateTarget(target(), run())).toEqual({ applied: ['pets@001'] })
    })

    test('only looks on while the server tells that it builds', async () => {
      const asked: string[] = []
      let looks = 0
      const { db } = database
      const building = { name: 'idx_email', key: { email: 1 }, v: 2 }
      const slow: MongoDb = Object.assign(Object.create(db) as MongoDb, {
        async command(command: Doc, options?: object) {
          const [name = ''] = Object.keys(command)
          asked.push(name)
          if (name === 'createIndexes' && looks === 0) throw new MongoNetworkTimeoutError('timed out')
          if (name === 'listIndexes' && ++looks < 3) return { cursor: { firstBatch: [{ buildUUID: 'x', spec: building }] } }
          return db.command(command, options)
        },
      })
      await db.createCollection('pets')
      const mayGoOn = vi.fn()
      await createDeclaredIndexes(slow, 'pets', [byEmail], { mayGoOn })
      expect(asked).toEqual(['createIndexes', 'listIndexes', 'listIndexes', 'listIndexes', 'createIndexes'])
      expect(mayGoOn).toHaveBeenCalledTimes(3)
      expect(await indexes()).toEqual(['_id_', 'idx_email'])
    })
  })
})

test('A command whose connection is lost each time is given up in the end, and an answer of the server at once', async () => {
  vi.useFakeTimers()
  try {
    const lost = new MongoNetworkError('the connection was closed')
    const send = vi.fn(() => Promise.reject(lost))
    const given = sendUntilAnswered(send, () => {}).catch((error: unknown) => error)
    await vi.runAllTimersAsync()
    expect(await given).toBe(lost)
    expect(send).toHaveBeenCalledTimes(50)
    const refused = Object.assign(new Error('refused'), { code: 86 })
    const refusing = vi.fn(() => Promise.reject(refused))
    await expect(sendUntilAnswered(refusing, () => {})).rejects.toBe(refused)
    expect(refusing).toHaveBeenCalledTimes(1)
  } finally {
    vi.useRealTimers()
  }
})
