import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { migrateTarget, previewRevert, previewTarget, revertTarget } from '../../src/migrator/kernel/run-target.js'
import type { CollectionMigration } from '../../src/mongo/migrator/migration.js'
import { mongoMigrations } from '../../src/mongo/migrator/runnable.js'
import { isServerAbsent, serverUrl } from '../contract/server.js'
import { type EmptyDatabase, emptyDatabase, migration, run } from './migration-runs.js'

const requires = (...required: readonly string[]) => ({ validator: { $jsonSchema: { bsonType: 'object', required } } })
const byAge = [{ key: { age: 1 }, options: { name: 'idx_age' } }] as const

describe.skipIf(isServerAbsent('mongoReplicaSet'))('the options of a collection', () => {
  let database: EmptyDatabase
  beforeEach(async () => {
    database = await emptyDatabase(serverUrl('mongoReplicaSet'))
  })
  afterEach(() => database[Symbol.asyncDispose]())

  const migrate = (...migrations: readonly CollectionMigration[]) => migrateTarget(database.target(migrations), run())
  const down = (...migrations: readonly CollectionMigration[]) => revertTarget(database.target(migrations), run(), { to: null })
  const options = async () =>
    (await database.db.listCollections({ name: 'users' }).toArray()).map((each) => Reflect.get(each, 'options'))[0]
  const obstacles = async (...migrations: readonly CollectionMigration[]) =>
    (await previewTarget(database.target(migrations), run())).flatMap(({ steps }) => steps.flatMap((step) => step.obstacles))

  test.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ['a validator', { ...requires('age'), validationAction: 'warn' }, { validationAction: 'warn' }],
    ['a time series', { timeseries: { timeField: 'at', metaField: 'of' }, expireAfterSeconds: 3600 }, { expireAfterSeconds: 3600 }],
    ['a capped collection', { capped: true, size: 1000, max: 5 }, { capped: true, size: 1024, max: 5 }],
    ['a clustered collection', { clusteredIndex: { key: { _id: 1 }, unique: true } }, {}],
    ['a collation', { collation: { locale: 'vi', strength: 1 } }, { collation: expect.objectContaining({ locale: 'vi', strength: 1 }) }],
  ])('are those of %s, and a step that comes again finds them', async (_, collectionOptions, found) => {
    const indexes = 'timeseries' in collectionOptions ? [] : byAge
    const made = migration({ collectionOptions, indexes })
    const would = (await previewTarget(database.target([made]), run())).flatMap(({ steps }) => steps.flatMap((step) => step.would))
    expect(would[0]).toMatch(/^db\.createCollection\("users", \{ /)
    await migrate(made)
    expect(await options()).toMatchObject(found)
    await database.db
      .collection('conversation_store_migrations')
      .updateMany({}, { $set: { 'entries.0.steps': [], 'entries.0.state': 'failed' } })
    const commands = await database.commandsOf(() => migrate(made))
    expect(commands.map(({ commandName }) => commandName)).not.toContain('collMod')
    expect(await database.target([made]).compareIndexes(null)).toEqual(
      indexes.map(() => expect.objectContaining({ index: 'idx_age', verdict: 'equal' })),
    )
  })

  test('are given to a collection that is there, changed by a later migration, and given back by `down`', async () => {
    await database.db.collection('users').insertOne({ age: 1 })
    const first = migration({ collectionOptions: requires('age'), indexes: byAge })
    const second = migration({ version: '002', collectionOptions: { ...requires('age', 'name'), validationLevel: 'moderate' } })
    await migrate(first)
    expect(await options()).toMatchObject(requires('age'))
    await migrate(first, second)
    expect(await options()).toMatchObject({ ...requires('age', 'name'), validationLevel: 'moderate' })
    const [undo] = await previewRevert(database.target([first, second]), run(), { to: null })
    expect(undo?.steps[0]?.would).toEqual([expect.stringMatching(/^db\.runCommand\(\{ collMod: "users", validator: .*"strict" \}\)$/)])
    await down(first, second)
    expect(await options()).toMatchObject({ ...requires('age'), validationLevel: 'strict' })
    expect(await down(first, second)).toMatchObject({ kept: [{ what: 'collection users', rows: 1 }] })
    expect(await options()).not.toHaveProperty('validator.$jsonSchema')
  })

  test('that the server does not change are refused, with what is there', async () => {
    await database.db.createCollection('users', { capped: true, size: 4096 })
    const why = 'users is there, and the server does not change size: declared 8192, found 4096'
    const larger = migration({ collectionOptions: { capped: true, size: 8192 } })
    expect(await obstacles(larger)).toEqual([why])
    await expect(migrate(larger)).rejects.toThrow(`UNSUPPORTED: collectionOptions needs a new collection: ${why}`)
    const timed = migration({ collectionOptions: { timeseries: { timeField: 'at' } } })
    await expect(migrate(timed)).rejects.toThrow('timeseries: declared { timeField: "at" }, found null')
  })

  test('are part of the checksum, and have to be options', () => {
    const checksum = (fields: Partial<CollectionMigration>) => mongoMigrations([migration(fields)])[0]?.checksum
    expect(checksum({ collectionOptions: requires('a') })).not.toBe(checksum({ collectionOptions: requires('b') }))
    expect(checksum({})).not.toBe(checksum({ collectionOptions: {} }))
    expect(() => mongoMigrations([migration({ collectionOptions: [] as never })])).toThrow('collectionOptions: must be the options of')
  })
})
