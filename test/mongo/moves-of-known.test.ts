import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createConversationStore } from '../../src/index.js'
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

  const deadlineMs = 8_000

  test.each(['alone', 'under a lease'])(
    'ends while somebody sends messages to all of them without a pause, %s',
    { timeout: 60_000 },
    async (how) => {
      const { account, client, db } = database
      const { customers, sourceOaId, destinationOaId, move } = await known(50, 'close_source')
      const writer = createConversationStore({ adapter: mongo({ client, db }) }).forAccount(account.accountId)
      let [isMoving, sent] = [true, 0]
      const traffic = async (oaId: string) => {
        while (isMoving) {
          for (const customerId of customers) {
            if (!isMoving) return
            sent += 1
            await writer.upsertConversationWithEvents({ oaId, customerId, events: messages(1, `${oaId}-live-${sent}`) })
          }
        }
      }
      const writing = Promise.all([traffic(sourceOaId), traffic(destinationOaId)])
      const lease = { kind: 'move', key: sourceOaId }
      const held = await account.acquireLease({ ...lease, holder: 'host', ttlMs: 60_000 })
      const under = how === 'alone' || !held.acquired ? {} : { lease: held.lease }
      const mover = createConversationStore({ adapter: mongo({ client, db }), deadlineMs }).forAccount(account.accountId)
      const moving = mover.moveInboxBatch(move, under)
      await moving.catch(() => undefined)
      isMoving = false
      await writing
      expect(await moving).toMatchObject({ skipped: 0, moved: { conversations: 50, contactInboxes: 50 } })
      expect(sent).toBeGreaterThan(0)
    },
  )
})
