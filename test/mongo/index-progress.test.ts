import { randomBytes } from 'node:crypto'
import { MongoClient } from 'mongodb'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { IndexBuild } from '../../src/migrator/kernel/index-build.js'
import { migrateTarget } from '../../src/migrator/kernel/run-target.js'
import { mongoMigrations } from '../../src/mongo/migrator/runnable.js'
import { mongoTarget } from '../../src/mongo/migrator/target.js'
import { isServerAbsent, serverUrl } from '../contract/server.js'
import { migration, run } from './migration-runs.js'

const hang = 'hangIndexBuildDuringCollectionScanPhaseBeforeInsertion'

describe.skipIf(isServerAbsent('mongoReplicaSet'))('the progress of an index', () => {
  test('is told by the server, with the migration and the step, and stands in the log', async () => {
    const client = await new MongoClient(serverUrl('mongoReplicaSet')).connect()
    const tag = randomBytes(6).toString('hex')
    const db = client.db(`test_${tag}`)
    const failPoint = (mode: string) => client.db('admin').command({ configureFailPoint: hang, mode, data: { fieldsToMatch: { tag } } })
    onTestFinished(async () => {
      await failPoint('off')
      await db.dropDatabase()
      await client.close()
    })
    await db.collection('users').insertMany([{ a: 1 }, { a: 2, tag }, { a: 3 }])
    await failPoint('alwaysOn')
    let look = () => {}
    const target = mongoTarget({
      client,
      db,
      migrations: mongoMigrations([migration({ indexes: [{ key: { a: 1 }, options: { name: 'idx_a' } }] })]),
      ticks(given) {
        look = given
        return () => {}
      },
    })
    const builds: [string, string, IndexBuild][] = []
    const lines: string[] = []
    const logger = { debug: (line: string) => void lines.push(line), info() {}, warn() {}, error() {} }
    const running = migrateTarget(target, run({ logger, onBuild: (...build) => builds.push(build) }))
    while (!builds.some(([, , { done }]) => done !== null)) {
      look()
      await db.command({ ping: 1 })
    }
    await failPoint('off')
    expect(await running).toEqual({ applied: ['users@001'] })
    const [migrationId, step, build] = builds.find(([, , { done }]) => done !== null) ?? []
    expect([migrationId, step]).toEqual(['users@001', 'indexes'])
    expect(build).toEqual({ index: 'idx_a', phase: 'scanning collection', done: 1, of: 3 })
    expect(lines).toContain('users@001 indexes: idx_a: scanning collection, 1 of 3')
  })
})
