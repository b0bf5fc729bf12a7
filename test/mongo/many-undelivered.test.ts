import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { EventInput } from '../../src/index.js'
import { isServerAbsent, serverUrl } from '../contract/server.js'
import { cutOffAccount, ends } from './cut-off-account.js'
import { customer, namesOf, openDatabase, type TestDatabase } from './database.js'

const many = 2_500
const at = (minute: number) => new Date(Date.UTC(2024, 0, 1) + minute * 60_000)

const replies = Array.from({ length: many }, (_, index): EventInput => {
  return { type: 'message', messageId: `m${index}`, direction: 'outbound', text: 'hello', occurredAt: at(index) }
})
function watermark(status: 'delivered' | 'read', minute: number): EventInput {
  return { type: 'receipt', status, watermark: at(many), occurredAt: at(minute) }
}
function receipt(messageId: string, minute: number): EventInput {
  return { type: 'receipt', status: 'read', messageIds: [messageId], occurredAt: at(minute) }
}

describe.skipIf(isServerAbsent('mongoReplicaSet'))('a watermark over more messages than one transaction marks', () => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await openDatabase(serverUrl('mongoReplicaSet'))
  })
  afterAll(() => database[Symbol.asyncDispose]())

  const readTimes = async (key: { readonly customerId: string }) => {
    const [own] = await database.db.collection('contact_inboxes').find({ customer_id: key.customerId }).toArray()
    const rows = await database.db
      .collection('messages')
      .aggregate([
        { $match: { contact_inbox_id: String(own?._id) } },
        { $group: { _id: '$read_at', count: { $sum: 1 } } },
        { $sort: { _id: 1 } },
      ])
      .toArray()
    return { left: own?.left_to_mark, times: rows.map(({ _id, count }) => [_id, count]) }
  }

  test('marks 1,000 in each transaction, and looks none of them up by itself', async () => {
    const key = customer()
    await database.account.upsertConversationWithEvents({ ...key, events: replies })
    const commands = await database.commandsOf(() =>
      database.account.upsertConversationWithEvents({ ...key, events: [watermark('read', 9_000)] }),
    )
    const step = ['find contact_inboxes', 'find messages', 'update messages', 'update contact_inboxes', 'commitTransaction']
    expect(namesOf(commands)).toEqual([
      'aggregate contact_inboxes',
      'update conversations',
      'update contact_inboxes',
      'update messages',
      'update contact_inboxes',
      'commitTransaction',
      ...step,
      ...step,
    ])
    expect(await readTimes(key)).toEqual({ left: undefined, times: [[at(9_000), many]] })
    const awaiting = { accountId: 'acme', awaits: { $exists: true } }
    const message = await database.db.collection('messages').findOne({ ...awaiting, message_id: 'm0' })
    expect(message).toMatchObject({ status: 'read', awaits: ['delivered'] })
    await database.account.upsertConversationWithEvents({ ...key, events: [watermark('delivered', 9_001)] })
    expect(await database.db.collection('messages').countDocuments(awaiting)).toBe(0)
  })

  test('tells the copies that a merge shows, in the steps in which it marks those that the merge hides', async () => {
    const [kept, lost] = [customer(), customer()]
    const { account } = database
    for (const key of [kept, lost]) await account.upsertConversationWithEvents({ ...key, events: replies })
    await account.mergeConversations({ keep: kept, lose: lost })
    await account.upsertConversationWithEvents({ ...lost, events: [watermark('read', 9_000)] })
    for (const key of [lost, kept]) expect(await readTimes(key)).toEqual({ left: undefined, times: [[at(9_000), many]] })
    // A watermark of the shown copies that was cut off counts before what a hidden copy tells later.
    await endingAfter(1).upsertConversationWithEvents({ ...kept, events: [watermark('delivered', 9_001)] })
    await account.upsertConversationWithEvents({ ...lost, events: [watermark('delivered', 9_002)] })
    const ids = await database.db.collection('contact_inboxes').distinct('_id', { customer_id: kept.customerId })
    const shown = { contact_inbox_id: String(ids[0]), delivered_at: at(9_001) }
    expect(await database.db.collection('messages').countDocuments(shown)).toBe(many)
  })

  test('is finished by the next receipt when its process ends between two transactions, before that receipt is applied', async () => {
    const key = customer()
    const { account } = database
    await account.upsertConversationWithEvents({ ...key, events: replies })
    const { events } = await endingAfter(1).upsertConversationWithEvents({ ...key, events: [watermark('read', 9_000)] })
    expect(events).toEqual([{ outcome: 'applied' }])
    // The newest 2,000 are marked, down to the one that was sent after 500 minutes.
    const left = [{ status: 'read', up_to: at(500), at: at(9_000) }]
    expect(await readTimes(key)).toEqual({
      left,
      times: [
        [null, 500],
        [at(9_000), 2_000],
      ],
    })
    // What does not change how an old message was delivered does not wait for them.
    const reaction: EventInput = { type: 'reaction', targetMessageId: 'm0', emoji: '👍' }
    await account.upsertConversationWithEvents({ ...key, events: [reaction, { type: 'message', messageId: 'new', text: 'hello' }] })
    expect((await readTimes(key)).left).toEqual(left)

    const later = await account.upsertConversationWithEvents({ ...key, events: [receipt('m0', 9_500)] })
    expect(later.events).toEqual([{ outcome: 'unchanged' }])
    expect(await readTimes(key)).toEqual({
      left: undefined,
      times: [
        [null, 1],
        [at(9_000), many],
      ],
    })
  })

  test('gives earlier messages the time of the watermark that did not finish, when a greater one follows', async () => {
    const key = customer()
    const { account } = database
    await account.upsertConversationWithEvents({ ...key, events: replies })
    await endingAfter(0).upsertConversationWithEvents({ ...key, events: [watermark('read', 9_000)] })
    const newer: EventInput = { type: 'message', messageId: 'newer', direction: 'outbound', text: 'hello', occurredAt: at(many + 1) }
    const greater: EventInput = { type: 'receipt', status: 'read', watermark: at(many + 1), occurredAt: at(9_001) }
    expect((await account.upsertConversationWithEvents({ ...key, events: [newer, greater] })).events[1]).toEqual({ outcome: 'applied' })
    expect(await readTimes(key)).toEqual({
      left: undefined,
      times: [
        [at(9_000), many],
        [at(9_001), 1],
      ],
    })
  })

  test('marks all of them in the host’s transaction, or none', async () => {
    const key = customer()
    const { account, client, store } = database
    await account.upsertConversationWithEvents({ ...key, events: replies })
    const write = (session: ReturnType<typeof client.startSession>) =>
      store
        .using(session)
        .forAccount('acme')
        .upsertConversationWithEvents({ ...key, events: [watermark('read', 9_000)] })
    await using session = client.startSession()
    session.startTransaction()
    await write(session)
    await session.abortTransaction()
    expect(await readTimes(key)).toEqual({ left: undefined, times: [[null, many]] })
    await session.withTransaction(async () => {
      await write(session)
    })
    expect(await readTimes(key)).toEqual({ left: undefined, times: [[at(9_000), many]] })
  })

  /** An account whose process ends when it has marked this many steps after the transaction of its call. */
  const endingAfter = (steps: number) => {
    let marked = 0
    return cutOffAccount(database, 'messages', (opened) => {
      const updateMany: typeof opened.updateMany = (...given) => (marked++ < steps ? opened.updateMany(...given) : ends())
      return { updateMany }
    })
  }
})
