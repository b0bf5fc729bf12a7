import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { EventInput } from '../../src/index.js'
import { isServerAbsent, serverUrl } from '../contract/server.js'
import { cutOffAccount, ends } from './cut-off-account.js'
import { customer, messages, namesOf, openDatabase, type TestDatabase } from './database.js'

type Key = ReturnType<typeof customer>
const at = (minute: number) => new Date(Date.UTC(2024, 0, 1) + minute * 60_000)

describe.skipIf(isServerAbsent('mongoReplicaSet'))('a customer with several ids', () => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await openDatabase(serverUrl('mongoReplicaSet'))
    await database.account.connectInbox({ oaId: 'page', channel: 'instagram' })
  })
  afterAll(() => database[Symbol.asyncDispose]())

  const claimOf = ({ customerId }: Key) => ({ customerUsername: `user of ${customerId}`, matchUsername: true })
  const send = (key: Key, ...events: readonly EventInput[]) => database.account.upsertConversationWithEvents({ ...key, events })
  /** Two ids of one person. With `before`, the second id has messages of its own from before it was linked. */
  const linked = async (before: readonly EventInput[] = []) => {
    const { account } = database
    const [old, fresh] = [customer(), customer()]
    await account.upsertConversation({ ...old, ...claimOf(old) })
    if (before.length > 0) {
      await send(fresh, ...before)
      await account.closeConversation(fresh)
    }
    const { outcome } = await account.upsertConversation({ ...fresh, ...claimOf(old) })
    expect(outcome).toBe('adopted')
    return { old, fresh }
  }
  const cost = async (work: () => Promise<unknown>) => namesOf(await database.commandsOf(work))

  test.each([
    ['one of which is new', []],
    ['each of which has written', messages(1, 'before')],
  ])('%s costs as many commands by either id once this process has seen them', async (_, before) => {
    const { account } = database
    const { old, fresh } = await linked(before)
    for (const key of [fresh, old]) {
      // The second command asks the head whom to answer.
      const change = ['findAndModify conversations', 'find contact_inboxes']
      const five = [
        'aggregate conversations',
        'update conversations',
        'insert messages',
        'insert contact_interaction_events',
        'commitTransaction',
      ]
      await send(key, ...messages(1, `first by ${key.customerId}`))
      expect(await cost(() => account.upsertConversation({ ...key, nickname: key.customerId }))).toEqual(change)
      expect(await cost(() => account.updateNickname({ ...key, nickname: 'Lan' }))).toEqual(change)
      expect(await cost(() => account.markRead(key))).toEqual(change)
      expect(await cost(() => account.findByOaAndCustomer(key))).toEqual([
        'find conversations',
        'find contact_inboxes',
        'find conversations',
      ])
      expect(await cost(() => send(key, ...messages(3, `of ${key.customerId}`)))).toEqual(five)
      const again = ['aggregate conversations', 'commitTransaction']
      expect(await cost(() => send(key, ...messages(3, `of ${fresh.customerId}`)))).toEqual(again)
    }
    expect(await account.findByOaAndCustomer(fresh)).toMatchObject({ customerId: old.customerId, lastSeq: 8 })
  })

  test('keeps to those commands in a conversation that was opened or reopened since', async () => {
    const { account } = database
    const { old, fresh } = await linked(messages(1, 'before'))
    const openings = [
      () => account.upsertConversation(old),
      () => account.reopenConversation(old),
      () => send(old, ...messages(1, `opening ${old.customerId}`)),
      () => account.upsertConversation({ ...fresh, onClosed: 'reopen' }),
    ]
    for (const open of openings) {
      await account.closeConversation(fresh)
      await open()
      const commands = await cost(() => account.updateNickname({ ...fresh, nickname: 'Lan' }))
      expect(commands).toEqual(['findAndModify conversations', 'find contact_inboxes'])
    }
  })

  test('loses one of them to another person, whom no command takes for the first one', async () => {
    const { account, db } = database
    const { old, fresh } = await linked()
    await account.updateNickname({ ...fresh, nickname: 'of both' })
    const contactInboxes = db.collection('contact_inboxes')
    await contactInboxes.updateOne({ customer_id: fresh.customerId }, { $unset: { canonical_id: '' } })
    await contactInboxes.updateOne({ customer_id: old.customerId }, { $unset: { aliases: '' } })
    await db.collection('conversations').updateOne({ customer_id: old.customerId }, { $unset: { group: '' } })
    await expect(account.updateNickname({ ...fresh, nickname: 'of another' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(await account.findByOaAndCustomer(fresh)).toBeNull()
    await send(fresh, ...messages(1, 'of another'))
    await account.updateNickname({ ...fresh, nickname: 'of another' })
    expect(await account.findByOaAndCustomer(fresh)).toMatchObject({ customerId: fresh.customerId, nickname: 'of another' })
    expect(await account.findByOaAndCustomer(old)).toMatchObject({ nickname: 'of both', lastSeq: 0 })
  })

  test('has a message that is there without its event as a duplicate under either id', async () => {
    const { old, fresh } = await linked(messages(1, 'before'))
    await database.db.collection('contact_interaction_events').deleteMany({ message_id: 'before-0' })
    for (const key of [old, fresh, old, fresh]) expect(await send(key, ...messages(1, 'before'))).toMatchObject({ outcome: 'duplicate' })
  })

  test('has what waits under one id applied by a message under the other', async () => {
    const { account } = database
    const { old, fresh } = await linked([...messages(1, 'before'), { type: 'message_edit', targetMessageId: 'late', text: 'better' }])
    await send(old, ...messages(1, 'other'))
    await send(old, { type: 'message', messageId: 'late', text: 'good' })
    expect(await account.findMessage({ ...fresh, messageId: 'late' })).toMatchObject({ text: 'better' })
  })

  test('keeps the time of a watermark that did not finish under the one id, when a receipt comes under the other', async () => {
    const { account, db } = database
    const replies = Array.from({ length: 1_500 }, (_, n): EventInput => {
      return { type: 'message', messageId: `r${n}`, direction: 'outbound', text: 'hello', occurredAt: at(n) }
    })
    const { old, fresh } = await linked(replies)
    const watermark: EventInput = { type: 'receipt', status: 'read', watermark: at(2_000), occurredAt: at(3_000) }
    const ending = cutOffAccount(database, 'messages', () => ({ updateMany: ends }))
    expect((await ending.upsertConversationWithEvents({ ...old, events: [watermark] })).events).toEqual([{ outcome: 'applied' }])
    const own = await db.collection('contact_inboxes').findOne({ customer_id: fresh.customerId })
    expect(own).toMatchObject({ left_to_mark: [{ status: 'read', up_to: at(2_000), at: at(3_000) }] })
    const receipt: EventInput = { type: 'receipt', status: 'read', messageIds: ['r0'], occurredAt: at(4_000) }
    expect((await send(old, receipt)).events).toEqual([{ outcome: 'unchanged' }])
    expect(await account.findMessage({ ...old, messageId: 'r0' })).toMatchObject({ readAt: at(3_000) })
  })

  test('has every message read by a watermark under one id, however many were sent under the other', async () => {
    const replies = Array.from({ length: 1_500 }, (_, n): EventInput => {
      return { type: 'message', messageId: `w${n}`, direction: 'outbound', text: 'hello', occurredAt: at(n) }
    })
    const { old, fresh } = await linked(replies)
    await send(old, { type: 'message', messageId: 'last', direction: 'outbound', text: 'hello', occurredAt: at(1_600) })
    await send(fresh, { type: 'receipt', status: 'read', watermark: at(2_000), occurredAt: at(3_000) })
    const unread = { awaits: 'read', message_id: /^(w\d+|last)$/ }
    expect(await database.db.collection('messages').countDocuments(unread)).toBe(0)
  })

  test('conflicts with itself when a receipt waits under one id while a link names its message under the other', async () => {
    const { client, store } = database
    const { old } = await linked([{ type: 'message', localId: 'l1', direction: 'outbound', text: 'hello' }])
    await using first = client.startSession()
    await using second = client.startSession()
    for (const session of [first, second]) session.startTransaction()
    const write = (session: typeof first, event: EventInput) =>
      store
        .using(session)
        .forAccount('acme')
        .upsertConversationWithEvents({ ...old, events: [event] })
    expect((await write(first, { type: 'receipt', status: 'read', messageIds: ['w1'] })).events).toEqual([{ outcome: 'waiting' }])
    await expect(write(second, { type: 'message_sent', localId: 'l1', messageId: 'w1' })).rejects.toMatchObject({ code: 112 })
    for (const session of [first, second]) await session.abortTransaction()
  })
})
