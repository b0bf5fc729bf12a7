import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type AccountConversations, createConversationStore } from '../../src/index.js'
import { mongo } from '../../src/mongo/index.js'
import { isServerAbsent, serverUrl } from '../contract/server.js'
import { messages, namesOf, openDatabase, type TestDatabase } from './database.js'

describe.skipIf(isServerAbsent('mongoReplicaSet'))('a batch of people whom the destination knows', () => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await openDatabase(serverUrl('mongoReplicaSet'))
  })
  afterAll(() => database[Symbol.asyncDispose]())

  /** Two inboxes that know the same people, each of whom has an active conversation in both. */
  const known = async (people: number, onActiveConflict: 'close_source' | 'merge') => {
    const { account } = database
    const name = randomBytes(4).toString('hex')
    const [sourceOaId, destinationOaId] = [`source-${name}`, `destination-${name}`]
    const customers = Array.from({ length: people }, (_, n) => `c${n}`)
    for (const oaId of [sourceOaId, destinationOaId]) {
      await account.connectInbox({ oaId, channel: 'whatsapp' })
      const conversations = customers.map((customerId) => ({ oaId, customerId, events: messages(2, `${oaId}-${customerId}`) }))
      await account.bulkUpsertConversationsWithEvents({ conversations })
    }
    const migration = await account.beginInboxMigration({ sourceOaId, destinationOaId, onActiveConflict })
    const move = { migrationId: migration.id, expectedBatches: 0, people }
    return { customers, sourceOaId, destinationOaId, move }
  }

  // A merge asks for one message after another: for one person by a query, and for more by look-ups.
  test.each([
    ['close_source', 1],
    ['merge', 2],
  ] as const)('costs as many commands for twenty as for few (%s from %i)', async (onActiveConflict, few) => {
    const { account } = database
    const costs: (readonly string[])[] = []
    for (const people of [few, 20]) {
      const { move } = await known(people, onActiveConflict)
      const names = namesOf(
        await database.commandsOf(async () => {
          expect(await account.moveInboxBatch(move)).toMatchObject({ skipped: 0, contactsMerged: people, moved: { conversations: people } })
        }),
      )
      costs.push(names.toSorted())
    }
    expect(costs[1]).toEqual(costs[0])
  })

  test('is given up when its own time is over, and moves nobody then', async () => {
    const { account } = database
    const { move } = await known(2, 'close_source')
    await database.failCommand({ times: 1 }, { failCommands: ['update'], blockConnection: true, blockTimeMS: 900 })
    const error = await account.moveInboxBatch({ ...move, withinMs: 300 }).then(
      () => null,
      (caught: unknown) => caught,
    )
    await database.failCommand({ times: 0 }, { failCommands: ['update'] })
    expect(error).toMatchObject({ code: 'UNAVAILABLE', outcome: 'not_applied' })
    expect(await account.findInboxMigration({ migrationId: move.migrationId })).toMatchObject({ batches: 0, moved: { conversations: 0 } })
    expect(await account.moveInboxBatch(move)).toMatchObject({ batches: 1, moved: { conversations: 2 } })
  })

  /** What `work` returns, in a store with a deadline, while somebody sends messages to all of them without a pause. */
  const underTraffic = async <T>(
    { customers }: Awaited<ReturnType<typeof known>>,
    oaIds: readonly string[],
    work: (mover: AccountConversations) => Promise<T>,
  ): Promise<T> => {
    const { account, client, db } = database
    const [writer, mover] = [{}, { deadlineMs: 20_000 }].map((options) =>
      createConversationStore({ adapter: mongo({ client, db }), ...options }).forAccount(account.accountId),
    )
    if (writer === undefined || mover === undefined) throw new TypeError('no store')
    let [isMoving, sent] = [true, 0]
    const sending = oaIds.map(async (oaId) => {
      for (let n = 0; isMoving; n++) {
        const customerId = customers[n % customers.length] ?? ''
        await writer.upsertConversationWithEvents({ oaId, customerId, events: messages(1, `${oaId}-live-${n}`) })
        sent += 1
      }
    })
    try {
      return await work(mover)
    } finally {
      isMoving = false
      await Promise.all(sending)
      expect(sent).toBeGreaterThan(0)
    }
  }

  test.each(['alone', 'under a lease'])('ends while all of them get messages without a pause, %s', { timeout: 60_000 }, async (how) => {
    const people = await known(50, 'close_source')
    const migration = await underTraffic(people, [people.sourceOaId, people.destinationOaId], async (mover) => {
      const held = await mover.acquireLease({ kind: 'move', key: people.sourceOaId, holder: 'host', ttlMs: 60_000 })
      return mover.moveInboxBatch(people.move, how === 'alone' || !held.acquired ? {} : { lease: held.lease })
    })
    expect(migration).toMatchObject({ skipped: 0, moved: { conversations: 50, contactInboxes: 50 } })
  })

  test('is undone while all of them get messages without a pause', { timeout: 60_000 }, async () => {
    const { account } = database
    const people = await known(20, 'close_source')
    const { id: migrationId } = await account.moveInboxBatch(people.move)
    await account.moveInboxBatch({ ...people.move, expectedBatches: 1 })
    const undo = await account.undoInboxMigration({ migrationId })
    const back = { migrationId: undo.id, expectedBatches: 0, people: 100 }
    const undone = await underTraffic(people, [people.destinationOaId], (mover) => mover.moveInboxBatch(back))
    expect(undone).toMatchObject({ skipped: 0, moved: { conversations: 20 } })
  })
})
