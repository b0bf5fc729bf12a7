import { randomBytes } from 'node:crypto'
import { type Db, MongoClient } from 'mongodb'
import { describe, expect, onTestFinished, test } from 'vitest'
import { migrateTarget } from '../../src/migrator/kernel/run-target.js'
import { mongo } from '../../src/mongo/index.js'
import type { CollectionMigration } from '../../src/mongo/migrator/migration.js'
import { mongoMigrations } from '../../src/mongo/migrator/runnable.js'
import { mongoTarget } from '../../src/mongo/migrator/target.js'
import { storeCollectionMigrations } from '../../src/mongo/schema/steps.js'
import { latestSchema } from '../../src/mongo/schema/store-schema.js'
import { present } from '../contract/present.js'
import { isServerAbsent, serverUrl } from '../contract/server.js'
import { migration, run } from '../mongo/migration-runs.js'
import { expectUsable } from './expect-usable.js'
import { loadMongo } from './mongo-snapshot.js'
import { readSnapshot, snapshotVersions } from './snapshot.js'
import { expectUpgraded } from './upgraded.js'

async function loaded(version: string) {
  const snapshot = readSnapshot(version)
  const client = await new MongoClient(serverUrl('mongoReplicaSet')).connect()
  const db = client.db(`snapshot_${randomBytes(6).toString('hex')}`)
  onTestFinished(async () => {
    await db.dropDatabase()
    await client.close()
  })
  await loadMongo(db, snapshot.mongo)
  const migrate = (migrations: readonly CollectionMigration[]) =>
    migrateTarget(mongoTarget({ client, db, migrations: mongoMigrations(migrations) }), run())
  return { snapshot, db, migrate, adapter: mongo({ client, db }) }
}

const versions = snapshotVersions()
const newest = present(versions.at(-1))

describe.skipIf(isServerAbsent('mongoReplicaSet'))('on MongoDB', () => {
  test.each(versions)('what version %s left is upgraded, and nothing of it is lost', async (version) => {
    const { snapshot, adapter } = await loaded(version)
    await expectUpgraded(snapshot, adapter)
    expect(await adapter.migrate()).toEqual({ applied: [], schema: latestSchema })
  })

  describe('a version that', () => {
    const planted = async (up: (db: Db) => Promise<unknown>) => {
      const { snapshot, adapter, db, migrate } = await loaded(newest)
      const step = migration({ collectionName: 'planted', up: async () => void (await up(db)) })
      return expectUpgraded(snapshot, adapter, () => migrate([...storeCollectionMigrations, step]))
    }

    test('only adds loses nothing', async () => {
      await planted((db) => db.collection('conversations').updateMany({}, { $set: { priority: 1 } }))
    })

    test.each<[string, (db: Db) => Promise<unknown>, string]>([
      [
        'loses text',
        (db) => db.collection('messages').updateOne({ message_id: 'lan-1' }, { $set: { text: '' } }),
        'everything that a host',
      ],
      ['loses a conversation', (db) => db.collection('conversations').deleteOne({ customer_id: 'tuan' }), 'everything that a host reads'],
      ['forgets what waits', (db) => db.collection('contact_interaction_events').deleteMany({ waiting: true }), 'a reaction that waited'],
      [
        'forgets under which ids somebody wrote',
        async (db) => {
          await db.collection('contact_inboxes').updateMany({}, { $unset: { scopes: '' } })
          await db.collection('conversations').updateMany({}, { $unset: { group: '' } })
        },
        'what the other id has said',
      ],
      ['forgets how to undo a merge', (db) => db.collection('contact_merges').deleteMany({}), 'there is no such merge'],
      ['drops an index', (db) => db.collection('messages').dropIndex('idx_messages_time'), 'the schema'],
    ])('%s is found', async (_, up, found) => {
      await expect(planted(up)).rejects.toThrow(found)
    })
  })

  test('an older version goes on writing and reading beside a newer schema, and does not migrate it', async () => {
    const { snapshot, adapter, migrate, db } = await loaded(newest)
    await adapter.migrate()
    await migrate([
      ...storeCollectionMigrations,
      {
        ...present(storeCollectionMigrations.find(({ collectionName }) => collectionName === 'conversations')),
        version: '900',
        name: '900-priorities',
        indexes: [{ key: { accountId: 1, priority: 1 }, options: { name: 'idx_conversations_priority' } }],
        up: async () => void (await db.collection('conversations').updateMany({}, { $set: { priority: 7 } })),
      },
    ])

    await expect(adapter.migrate()).rejects.toMatchObject({ code: 'SCHEMA_TOO_NEW', details: { found: 900, supported: latestSchema } })
    expect(await adapter.checkSchema()).toMatchObject({
      ok: false,
      missing: [],
      different: [`schema 900, which is newer than this library's ${latestSchema}`],
    })
    await expectUsable(adapter, snapshot.facts)
    const ofLan = await db.collection('conversations').find({ accountId: 'acme', customer_id: 'lan' }).sort({ _id: 1 }).toArray()
    expect(
      ofLan.map(({ status, priority }) => ({ status, priority })),
      'the field that the older version does not know',
    ).toEqual(expect.arrayContaining([{ status: 'closed', priority: 7 }, { status: 'open' }]))
  })
})
