import { expect, onTestFinished } from 'vitest'
import { migrateTarget, previewTarget, revertTarget } from '../../../src/migrator/kernel/run-target.js'
import { planIndexSync } from '../../../src/mongo/migrator/indexes/plan-index-sync.js'
import type { CollectionMigration } from '../../../src/mongo/migrator/migration.js'
import { storeCollectionMigrations } from '../../../src/mongo/schema/steps.js'
import { serverUrl } from '../../contract/server.js'
import type { Declaration } from '../../declared-indexes/mongo-declarations.js'
import { recogniseOnMongo } from '../../declared-indexes/on-mongo.js'
import { openIndexDatabase } from '../../mongo/index-database.js'
import { context, emptyDatabase, lock, migration, run } from '../../mongo/migration-runs.js'
import { building, toldBuild } from '../../mongo/told-build.js'
import type { Guard } from './guard.js'

const index = (name: string, key: Readonly<Record<string, 1>>, options: object = {}) => ({ key, options: { name, ...options } })
const first = migration({ indexes: [index('idx_a', { a: 1 }, { unique: true }), index('idx_b', { b: 1 })] })
const changed = migration({ version: '002', indexes: [index('idx_a', { a: 1, tenant: 1 }, { unique: true })] })
const retired = migration({ version: '003', drop: ['idx_b'] })
const all = { indexSet: null, prune: false, collection: null }

async function opened() {
  const database = await emptyDatabase(serverUrl('mongoReplicaSet'))
  onTestFinished(() => database[Symbol.asyncDispose]())
  const { db } = database
  const indexes = async () =>
    (await db.collection('users').indexes()).flatMap(({ name, key }) => (name === '_id_' ? [] : [Object.keys(key).join()])).sort()
  const migrate = (...migrations: readonly CollectionMigration[]) => migrateTarget(database.target(migrations), run())
  const sync = async (migrations: readonly CollectionMigration[], options: Partial<typeof all> = {}) => {
    const locked = await lock(database.target(migrations))
    try {
      return (await locked.syncIndexes({ ...all, ...options }, context())).map((each) => `${each.action} ${each.index}`)
    } finally {
      await locked.release()
    }
  }
  return { ...database, indexes, migrate, sync }
}

function recognises(declaration: Declaration): Guard {
  return async () => {
    await using database = await openIndexDatabase()
    const { taken, unknown } = await recogniseOnMongo(database.db, 1, [declaration])
    expect({ taken, unknown }).toEqual({ taken: 1, unknown: [] })
  }
}

/** Whether an index with the condition `declared` is taken for one that was made with the condition `made`. */
function takes(made: object, declared: object): Guard {
  return async () => {
    await using database = await openIndexDatabase()
    await database.people.createIndex({ n: 1 }, { name: 'idx_0', partialFilterExpression: made })
    const index = { collection: 'people', key: { n: 1 }, options: { name: 'idx_0', partialFilterExpression: { ...declared } } }
    expect(await planIndexSync(database.db, [index], all)).toEqual([])
  }
}

const taken = /needs no other collection of that name \(messages is there already, with documents\)/

/** A database in which a host has messages of its own. */
async function ofHost() {
  const database = await opened()
  await database.db.collection('messages').insertMany([{ text: 'mine' }, { text: 'mine' }])
  const names = async () =>
    (await database.db.listCollections().toArray()).map(({ name }) => name).filter((name) => !/^conversation_store/.test(name))
  return { ...database, names }
}

export const mongoGuards = {
  'the last declaration of a name wins': async () => {
    const { migrate, indexes } = await opened()
    await migrate(first)
    await migrate(first, changed)
    expect(await indexes()).toEqual(['a,tenant', 'b'])
  },
  'two declarations of a name do not take turns': async () => {
    const { migrate, sync } = await opened()
    await migrate(first, changed)
    expect(await sync([first, changed])).toEqual([])
  },
  'a retired index is gone': async () => {
    const { migrate, indexes } = await opened()
    await migrate(first)
    await migrate(first, retired)
    expect(await indexes()).toEqual(['a'])
  },
  'a sync leaves a retired index retired': async () => {
    const { migrate, sync } = await opened()
    await migrate(first, retired)
    expect(await sync([first, retired])).toEqual([])
  },
  'an index that a later migration changes is not made first as it was': async () => {
    const { db, migrate, indexes } = await opened()
    await db.collection('users').insertMany([
      { a: 1, tenant: 1 },
      { a: 1, tenant: 2 },
    ])
    await migrate(first, changed)
    expect(await indexes()).toEqual(['a,tenant', 'b'])
  },
  '`down` puts back what a migration changed': async () => {
    const { migrate, indexes, target } = await opened()
    await migrate(first, changed)
    await revertTarget(target([first, changed]), run(), { to: null })
    expect(await indexes()).toEqual(['a', 'b'])
  },
  'an index is replaced without a moment in which there is none': async () => {
    const { migrate, commandsOf } = await opened()
    await migrate(first)
    const commands = await commandsOf(() => migrate(first, changed))
    const done = commands.flatMap(({ command }) => Object.keys(command).filter((name) => /^(create|drop)Indexes$/.test(name)))
    expect(done).toEqual(['createIndexes', 'dropIndexes'])
  },
  'a prune keeps what the code of a migration made': async () => {
    const { migrate, sync } = await opened()
    const byHand = migration({
      version: '002',
      async up(db, collectionName) {
        await db.collection(collectionName).createIndexes([{ key: { made: 1 }, name: 'by_code' }])
      },
      async down() {},
    })
    await migrate(first, byHand)
    expect(await sync([first, byHand], { prune: true })).toEqual([])
  },
  'the defaults of a locale are recognised': recognises({ key: { name: 1 }, options: { collation: { locale: 'vi' } } }),
  'a time with a fraction is recognised': recognises({ key: { at: 1 }, options: { expireAfterSeconds: 1.5 } }),
  'a number is taken for true': takes({ n: { $exists: true } }, { n: { $exists: 1 } }),
  'the number of a type is taken for its name': takes({ n: { $type: 'string' } }, { n: { $type: 2 } }),
  'the fields of a text index are recognised': recognises({ key: { n: 1, text: 'text', title: 'text' } }),
  'how far an index is, is told as the server tells it': async () => {
    const { builds, asked } = await toldBuild([building])
    expect(builds).toEqual([{ index: 'idx_a, idx_b', phase: 'scanning collection', done: 1, of: 3 }])
    expect(JSON.stringify(asked.pipeline)).toContain('"command.$db":"chat"')
  },
  'an index with other options is not taken for the declared one': async () => {
    await using database = await openIndexDatabase()
    await database.people.createIndex({ n: 1 }, { name: 'idx_0', unique: true })
    const declared = { collection: 'people', key: { n: 1 }, options: { name: 'idx_0' } }
    expect((await planIndexSync(database.db, [declared], all)).map(({ action }) => action)).toEqual(['replace'])
  },
  'migrate() refuses the collection of somebody else before it makes anything': async () => {
    const { migrate, names, db } = await ofHost()
    await expect(migrate(...storeCollectionMigrations)).rejects.toThrow(taken)
    expect(await names()).toEqual(['messages'])
    expect((await db.collection('messages').indexes()).map(({ name }) => name)).toEqual(['_id_'])
  },
  'a dry run tells the collection of somebody else': async () => {
    const { target } = await ofHost()
    const previews = await previewTarget(target(storeCollectionMigrations), run())
    const told = previews.filter(({ steps }) => steps.some(({ obstacles }) => obstacles.some((each) => taken.test(`needs ${each}`))))
    expect([...new Set(told.map(({ migration: id }) => id.replace(/@.*/, '')))]).toEqual(['conversation-store/messages'])
  },
  'a sync makes no index over the documents of somebody else': async () => {
    const { sync, db, target } = await ofHost()
    await expect(target(storeCollectionMigrations).previewIndexes(all)).rejects.toMatchObject({ code: 'UNSUPPORTED' })
    await expect(sync(storeCollectionMigrations)).rejects.toMatchObject({ code: 'UNSUPPORTED' })
    expect((await db.collection('messages').indexes()).map(({ name }) => name)).toEqual(['_id_'])
  },
  'a collection without documents is no obstacle': async () => {
    const { migrate, db } = await opened()
    await db.createCollection('messages')
    await expect(migrate(...storeCollectionMigrations)).resolves.toMatchObject({ applied: expect.arrayContaining([expect.any(String)]) })
  },
  'the store’s own documents are no obstacle to its next version': async () => {
    const { migrate, db } = await opened()
    await migrate(...storeCollectionMigrations)
    await db.collection('messages').insertOne({ accountId: 'acme', message_id: 'm1' })
    const later = migration({
      owner: 'conversation-store',
      collectionName: 'messages',
      version: '900',
      indexes: [index('later', { later: 1 })],
    })
    await expect(migrate(...storeCollectionMigrations, later)).resolves.toEqual({ applied: ['conversation-store/messages@900'] })
  },
} as const satisfies Readonly<Record<string, Guard>>
