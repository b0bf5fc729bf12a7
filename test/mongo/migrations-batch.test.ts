import { setTimeout as sleep } from 'node:timers/promises'
import { Binary, Decimal128, Long, MaxKey, MinKey, ObjectId, Timestamp, UUID } from 'mongodb'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { migrateTarget } from '../../src/migrator/kernel/run-target.js'
import type { CollectionMigration } from '../../src/mongo/migrator/migration.js'
import { isServerAbsent, serverUrl } from '../contract/server.js'
import { type EmptyDatabase, emptyDatabase, migration, run } from './migration-runs.js'

describe.each([
  ['a replica set', 'mongoReplicaSet'],
  ['a standalone server', 'mongoStandalone'],
] as const)('a pass over a collection on %s', (_, server) => {
  describe.skipIf(isServerAbsent(server))('', () => {
    let database: EmptyDatabase
    beforeEach(async () => {
      database = await emptyDatabase(serverUrl(server))
    })
    afterEach(() => database[Symbol.asyncDispose]())
    const users = () => database.db.collection<{ _id: unknown; runs?: number }>('users')
    const fill = (count: number) => users().insertMany(Array.from({ length: count }, (__, n) => ({ _id: n })) as never)
    /** Counts in each document how often it was written. */
    const counting: NonNullable<CollectionMigration['up']> = async (db, collectionName, { batch }) => {
      await batch({}, (documents, { session }) =>
        db.collection(collectionName).bulkWrite(
          documents.map(({ _id }) => ({ updateOne: { filter: { _id }, update: { $inc: { runs: 1 } } } })),
          { session },
        ),
      )
    }

    test('meets each document once, whatever the types of their ids', async () => {
      const ids = [
        ...Array.from({ length: 9 }, () => new ObjectId()),
        ...['', 'a', '$b', 'ä', '1'],
        ...[-1, 0, 0.5, 3, Number.NEGATIVE_INFINITY, Number.NaN],
        ...[Long.MAX_VALUE, Long.MAX_VALUE.subtract(1), Long.fromString('9007199254740993'), Long.fromString('9007199254740992')],
        Decimal128.fromString('0.1'),
        ...[new Date(0), new Date(), new Date(-1)],
        ...[new UUID(), new UUID(), new Binary(Buffer.from('x'))],
        ...[true, false, null, new MinKey(), new MaxKey(), new Timestamp(1n)],
        ...[{ a: 1 }, { a: Long.MAX_VALUE }, { a: '$x' }, { b: { c: new Date() } }],
      ]
      await users().insertMany(ids.map((_id, n) => ({ _id, n })) as never)
      const target = database.target([
        migration({
          async up(_db, __, { batch }) {
            for (const size of [1, 7, 100]) {
              const seen: unknown[] = []
              const { documents } = await batch({ name: `${size}`, size }, async (page) => {
                expect(page.length).toBeLessThanOrEqual(size)
                seen.push(...page.map(({ n }) => n))
              })
              expect(documents).toBe(ids.length)
              expect(seen.sort((a, b) => Number(a) - Number(b))).toEqual(ids.map((___, n) => n))
            }
          },
        }),
      ])
      await migrateTarget(target, run())
    })

    test('goes by the index of the ids', async () => {
      await fill(200)
      const commands = await database.commandsOf(() =>
        migrateTarget(database.target([migration({ up: counting })]), run({ batchSize: 50 })),
      )
      const pages = commands.filter(({ command }) => command.find === 'users' && command.filter.$and)
      expect(pages.length).toBeGreaterThan(4)
      for (const { command } of pages) {
        const { filter, sort, limit, projection } = command
        const { executionStats } = await users().find(filter, { sort, limit, projection }).explain('executionStats')
        expect(executionStats.totalKeysExamined).toBeLessThanOrEqual(52)
        expect(executionStats.totalDocsExamined).toBeLessThanOrEqual(52)
      }
    })

    test('goes on after a runner that stopped, with what it had not done', async () => {
      await fill(95)
      let pages = 0
      const stopping = migration({
        async up(db, name, context) {
          await counting(db, name, {
            ...context,
            batch: (pass, work) =>
              context.batch(pass, async (documents, scope) => {
                if (++pages === 5) throw new Error('stopped')
                await work(documents, scope)
              }),
          })
        },
      })
      await expect(migrateTarget(database.target([stopping]), run())).rejects.toMatchObject({ code: 'MIGRATION_FAILED' })
      expect(await users().countDocuments({ runs: 1 })).toBe(40)
      await migrateTarget(database.target([migration({ up: counting })]), run())
      expect(await users().countDocuments({ runs: 1 })).toBe(95)
    })

    test('ends although documents are added all the time', async () => {
      await fill(100)
      let added = 100
      const target = database.target([
        migration({
          async up(_db, __, { batch }) {
            await batch({}, async () => {
              await users().insertMany(Array.from({ length: 20 }, () => ({ _id: added++ })) as never)
            })
          },
        }),
      ])
      await migrateTarget(target, run())
      expect(added).toBe(300)
    })

    test('goes over what a filter leaves, also where the work takes documents out of it', async () => {
      await fill(60)
      const target = database.target([
        migration({
          async up(db, name, { batch }) {
            const { documents } = await batch({ filter: { runs: { $exists: false }, _id: { $gte: 10 } } }, (page, { session }) =>
              db.collection(name).updateMany({ _id: { $in: page.map(({ _id }) => _id) } }, { $set: { runs: 1 } }, { session }),
            )
            expect(documents).toBe(50)
            await expect(batch({}, async () => {})).rejects.toMatchObject({ code: 'VALIDATION_FAILED' })
            expect(await batch({ name: 'again', collection: 'empty' }, async () => {})).toEqual({ documents: 0 })
          },
        }),
      ])
      await migrateTarget(target, run())
      expect(await users().countDocuments({ runs: 1 })).toBe(50)
    })

    test('writes nothing more once the lease was taken over', async () => {
      await fill(50)
      const target = database.target([
        migration({
          async up(db, name, context) {
            let pages = 0
            await counting(db, name, {
              ...context,
              batch: (pass, work) =>
                context.batch(pass, async (documents, scope) => {
                  if (++pages === 3) await database.target([]).breakLock()
                  await work(documents, scope)
                }),
            })
          },
        }),
      ])
      await expect(migrateTarget(target, run())).rejects.toMatchObject({ code: 'LEASE_LOST' })
      // The interrupted batch runs again. On a replica set it had been rolled back, and on a standalone server it is
      // written a second time.
      expect(await users().countDocuments({ runs: 1 })).toBe(server === 'mongoReplicaSet' ? 20 : 30)
      await migrateTarget(database.target([migration({ up: counting })]), run())
      expect(await users().countDocuments({ runs: { $exists: true } })).toBe(50)
      expect(await users().countDocuments({ runs: 2 })).toBe(server === 'mongoReplicaSet' ? 0 : 10)
    })

    test('is not kept from going on by its own heartbeats, however many come while a batch is at work', async () => {
      await fill(20)
      const sent = new Set<number>()
      let beats = 0
      database.client.on('commandStarted', ({ requestId, commandName, command }) => {
        if (commandName === 'update' && JSON.stringify(command.updates).includes('heartbeat_at')) sent.add(requestId)
      })
      database.client.on('commandSucceeded', ({ requestId }) => {
        if (sent.delete(requestId)) beats += 1
      })
      const calls: unknown[] = []
      const target = database.target(
        [
          migration({
            async up(db, name, context) {
              await counting(db, name, {
                ...context,
                batch: (pass, work) =>
                  context.batch(pass, async (documents, scope) => {
                    calls.push(documents.at(-1)?._id)
                    if (calls.length > 4) throw new Error('called again and again')
                    await work(documents, scope)
                    const until = beats + 2
                    while (beats < until) {
                      scope.signal.throwIfAborted()
                      await sleep(20)
                    }
                  }),
              })
            },
          }),
        ],
        1_500,
      )
      await migrateTarget(target, run())
      // The third page is empty and is not counted as work.
      expect(calls).toEqual([9, 19])
      expect(beats).toBeGreaterThanOrEqual(4)
      expect(await users().countDocuments({ runs: 1 })).toBe(20)
      expect(await target.readLock()).toBeNull()
    })
  })
})
