import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { previewTarget } from '../../src/migrator/kernel/run-target.js'
import { storeCollectionMigrations } from '../../src/mongo/schema/steps.js'
import { isServerAbsent, serverUrl } from '../contract/server.js'
import { type EmptyDatabase, emptyDatabase, lock, migration, run } from './migration-runs.js'

const byEmail = { key: { email: 1 }, options: { name: 'idx_email', unique: true } } as const

describe.skipIf(isServerAbsent('mongoReplicaSet'))('a dry run on a database of MongoDB', () => {
  let database: EmptyDatabase
  beforeEach(async () => {
    database = await emptyDatabase(serverUrl('mongoReplicaSet'))
  })
  afterEach(() => database[Symbol.asyncDispose]())

  test('is left as it was by a dry run, empty or half migrated, and beside a runner', async () => {
    const migrations = [
      migration({
        indexes: [byEmail],
        async up(db, collectionName, { batch, dryRun }) {
          expect(dryRun).toBe(true)
          await batch({ filter: { email: { $exists: true } } }, (documents, { session }) =>
            db.collection(collectionName).bulkWrite(
              documents.map(({ _id }) => ({ updateOne: { filter: { _id }, update: { $set: { seen: true } } } })),
              { session },
            ),
          )
        },
      }),
      migration({
        version: '002',
        async up(db, collectionName) {
          await db.collection(collectionName).updateMany({ email: 'a' }, { $set: { b: 1 } })
        },
      }),
    ]
    const target = database.target(migrations)
    const preview = () => previewTarget(target, run())
    await preview()
    expect(await database.db.listCollections().toArray()).toEqual([])

    await database.db.collection('users').insertMany([{ email: 'a' }, { email: 'a' }, {}])
    const holder = await lock(target)
    const before = await database.content()
    const commands = await database.commandsOf(async () => {
      expect(await preview()).toMatchObject([
        {
          migration: 'users@001',
          steps: [
            {
              step: 'indexes',
              would: [expect.stringContaining('idx_email')],
              count: 3,
              obstacles: [expect.stringContaining('share'), expect.anything()],
            },
            {
              step: 'up',
              would: ['goes over 2 documents of users by _id, 10 at a time', expect.stringContaining('bulkWrite')],
              count: 2,
              obstacles: [],
            },
          ],
        },
        {
          migration: 'users@002',
          steps: [
            { step: 'collection', would: [] },
            { step: 'up', would: [expect.stringContaining('updateMany')], count: 2 },
          ],
        },
      ])
    })
    expect(
      commands.map(({ commandName }) => commandName).filter((name) => /insert|update|delete|create|drop|findAndModify/.test(name)),
    ).toEqual([])
    expect(await database.content()).toEqual(before)
    await holder.release()
  })

  test('reads the ledger once, and looks once for collections that are not the store’s', async () => {
    await database.db.collection('messages').insertOne({ text: 'mine' })
    const target = database.target(storeCollectionMigrations)
    const commands = await database.commandsOf(async () => {
      expect((await previewTarget(target, run())).length).toBeGreaterThan(10)
    })
    expect(commands.filter(({ command }) => command.find === 'conversation_store_migrations')).toHaveLength(1)
    const looks = commands.filter(({ command }) => command.listCollections !== undefined && command.filter?.name?.$in?.includes('inboxes'))
    expect(looks.filter(({ command }) => command.filter.name.$in.includes('messages'))).toHaveLength(1)
  })
})
