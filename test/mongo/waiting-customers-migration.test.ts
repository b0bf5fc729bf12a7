import { deepEqual } from 'node:assert/strict'
import { describe, test } from 'vitest'
import { storeIndexSet } from '../../src/migrator/kernel/index-sets.js'
import { migrateTarget } from '../../src/migrator/kernel/run-target.js'
import { mongoTarget } from '../../src/mongo/migrator/target.js'
import { storeMigrations } from '../../src/mongo/schema/steps.js'
import { isServerAbsent, serverUrl } from '../contract/server.js'
import { threads, waitsOf } from '../contract/waiting-threads.js'
import { openDatabase } from './database.js'
import { run } from './migration-runs.js'

describe.skipIf(isServerAbsent('mongoReplicaSet'))('conversations from before version 008', () => {
  test('tell since when their customers wait, in batches of any size', async () => {
    await using database = await openDatabase(serverUrl('mongoReplicaSet'))
    const { account, db, client } = database
    await threads(account)
    const before = await waitsOf(account)
    const stored = () =>
      db
        .collection('conversations')
        .find({}, { projection: { waiting_since: 1, last_answer_at: 1 }, sort: { _id: 1 } })
        .toArray()
    const rows = await stored()
    await db.collection('conversations').updateMany({}, { $unset: { waiting_since: '', last_answer_at: '' } })
    await db
      .collection('conversation_store_migrations')
      .updateOne({ 'entries.version': '008' }, { $pull: { entries: { version: '008' } } } as never)
    const target = mongoTarget({ client, db, migrations: storeMigrations })
    await migrateTarget(target, run({ indexSet: storeIndexSet, batchSize: 2 }))
    deepEqual(await waitsOf(account), before)
    deepEqual(await stored(), rows)
  })
})
