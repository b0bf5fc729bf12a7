import { describe, expect, test } from 'vitest'
import { createConversationStore, type EventInput } from '../../src/index.js'
import { functionEngines } from './engines.js'
import type { ScratchSchema } from './scratch-schema.js'

const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute))
const said = (messageId: string, more: object = {}): EventInput => ({
  type: 'message',
  messageId,
  text: `text of ${messageId}`,
  occurredAt: at(0),
  ...more,
})
const replied = (messageId: string, more: object = {}): EventInput =>
  ({
    type: 'message',
    messageId,
    text: 'reply',
    direction: 'outbound',
    sender: { type: 'agent' },
    occurredAt: at(0),
    ...more,
  }) as EventInput

/** Two customers of one inbox, `older` and `younger`, and the function that makes them one. */
async function twoCustomers({ adapter, query, schema }: ScratchSchema) {
  const account = createConversationStore({ adapter }).forAccount('acme')
  const write = (customerId: string, ...events: EventInput[]) => account.upsertConversationWithEvents({ oaId: 'page', customerId, events })
  const rows = (table: string, order = 'created_at, id') => query(`select * from "${schema}".${table} order by ${order}`)
  const idOf = async (customerId: string) =>
    String((await query(`select id from "${schema}".contact_inboxes where customer_id = $1`, [customerId]))[0]?.id)
  const join = async () => {
    const [joined] = await query(`select "${schema}".join_groups('acme', $1, array[$2], false, 'link', $3, 0)::text[] as ids`, [
      await idOf('older'),
      await idOf('younger'),
      at(60),
    ])
    return joined?.ids
  }
  return { account, write, rows, join, idOf }
}

describe.each(functionEngines)('groups that are joined on %s', (_, open) => {
  test('keep the older head’s conversation, which holds the other', async () => {
    const { account, write, rows, join, idOf } = await twoCustomers(await open())
    const { conversation: kept } = await write('older', said('m1'))
    const { conversation: lost } = await write('younger', said('m2'), said('m3'))
    expect(await join()).toEqual([kept?.id])
    const younger = await account.findConversation({ conversationId: lost?.id ?? '' })
    expect(younger).toMatchObject({ id: kept?.id, redirectedFrom: lost?.id, customerId: 'older', contactId: kept?.contactId })
    expect(await account.findByOaAndCustomer({ oaId: 'page', customerId: 'younger' })).toMatchObject({ id: kept?.id, unreadCount: 3 })
    expect(await rows('conversation_merges')).toMatchObject([{ id: 'link', kept_id: kept?.id, lost_id: lost?.id, created_at: at(60) }])
    expect(await rows('contact_inboxes')).toMatchObject([
      {
        customer_id: 'older',
        canonical_id: null,
        scopes: [await idOf('older'), await idOf('younger')],
        identities: [
          { id: 'older', kind: null, former_since: null },
          { id: 'younger', kind: null, former_since: null },
        ],
      },
      { customer_id: 'younger', canonical_id: await idOf('older'), scopes: null, identities: null },
    ])
    expect((await rows('conversations')).map((row) => row.is_linked)).toEqual([true])
    expect(await write('younger', said('m1'), said('m3'))).toMatchObject({ duplicates: 2 })
  })

  test('take over the younger one’s conversation when the older has none that is active', async () => {
    const { account, write, join } = await twoCustomers(await open())
    await write('older', said('m1'))
    await account.closeConversation({ oaId: 'page', customerId: 'older' })
    const { conversation } = await write('younger', said('m2'))
    expect(await join()).toEqual([conversation?.id])
    expect(await account.findByOaAndCustomer({ oaId: 'page', customerId: 'older' })).toMatchObject({
      id: conversation?.id,
      customerId: 'older',
    })
    expect(await join()).toEqual([])
  })

  test('make one message of two that have one id, with the facts of both, and count it once', async () => {
    const { account, write, rows, join } = await twoCustomers(await open())
    await write('older', said('m1'), replied('r1'), said('m9'))
    await write('younger', said('m0'), said('m1'), replied('r1'), said('m2'), {
      type: 'postback',
      messageId: 'p1',
      payload: {},
      occurredAt: at(1),
    })
    await write('younger', { type: 'receipt', status: 'read', messageIds: ['r1'], occurredAt: at(5) })
    await write('younger', { type: 'message_edit', targetMessageId: 'm1', text: 'better', occurredAt: at(6) })
    await write('older', { type: 'postback', messageId: 'p1', payload: {}, occurredAt: at(1) })
    await join()
    const messages = await rows('messages', 'created_at, conversation_id, seq')
    expect(messages.map((row) => row.message_id)).toEqual(['m1', 'r1', 'm9', 'm0', 'm2'])
    expect(messages.slice(0, 2)).toMatchObject([
      { text: 'better', edited_at: at(6) },
      { status: 'read', read_at: at(5) },
    ])
    expect(await account.findByOaAndCustomer({ oaId: 'page', customerId: 'younger' })).toMatchObject({ lastSeq: 7, unreadCount: 4 })
    const events = await rows('contact_interaction_events', 'message_id, id')
    const ids = (found: typeof events) => found.map(({ id }) => String(id)).sort()
    expect(ids(events.filter(({ type }) => type === 'message'))).toEqual(ids(messages))
    expect(events.flatMap((row) => row.message_id ?? [])).toEqual(['p1', 'p1'])
  })

  test('look up the side with fewer messages, and keep the older one’s all the same', async () => {
    const { write, rows, join } = await twoCustomers(await open())
    await write('older', said('m1', { text: 'kept' }))
    await write('younger', ...[1, 2, 3].map((n) => said(`m${n}`)))
    await join()
    expect((await rows('messages', 'message_id')).map((row) => row.text)).toEqual(['kept', 'text of m2', 'text of m3'])
  })

  test('show the latest of what is left where the message that went was shown', async () => {
    const { account, write, join } = await twoCustomers(await open())
    await write('older', said('m1'))
    const { conversation } = await write('younger', said('m0'), said('m1', { occurredAt: at(2) }))
    await account.markRead({ oaId: 'page', customerId: 'younger', seq: 1 })
    await account.closeConversation({ oaId: 'page', customerId: 'younger' })
    const before = await account.findConversation({ conversationId: conversation?.id ?? '' })
    expect(before).toMatchObject({ unreadCount: 1, lastMessagePreview: 'text of m1' })
    await join()
    expect(await account.findConversation({ conversationId: conversation?.id ?? '' })).toMatchObject({
      unreadCount: 0,
      lastMessagePreview: 'text of m0',
      lastMessageAt: at(2),
      version: before?.version,
    })
  })

  test('make one of a reply that the host stored under both ids, and leave two that were both sent', async () => {
    const { write, rows, join } = await twoCustomers(await open())
    const sending = (localId: string): EventInput => ({
      type: 'message',
      localId,
      text: localId,
      direction: 'outbound',
      sender: { type: 'agent' },
      occurredAt: at(1),
    })
    await write('older', sending('l1'), sending('l2'))
    await write('older', { type: 'message_sent', localId: 'l2', messageId: 'w2', occurredAt: at(2) })
    await write('younger', sending('l1'), sending('l2'))
    await write('younger', { type: 'message_sent', localId: 'l1', messageId: 'w1', occurredAt: at(3) })
    await write('younger', { type: 'message_sent', localId: 'l2', messageId: 'w3', occurredAt: at(3) })
    await join()
    expect((await rows('messages', 'message_id')).map((row) => [row.message_id, row.local_id, row.status])).toEqual([
      ['w1', 'l1', 'sent'],
      ['w2', 'l2', 'sent'],
      ['w3', 'l2', 'sent'],
    ])
  })

  test('hold what the greater watermark of either reached, and apply what waited for the other’s message', async () => {
    const { write, rows, join } = await twoCustomers(await open())
    await write('older', replied('r1', { occurredAt: at(1) }), replied('r2', { occurredAt: at(9) }))
    await write('older', { type: 'receipt', status: 'delivered', watermark: at(2), occurredAt: at(2) })
    await write('younger', said('m1'))
    await write('younger', { type: 'receipt', status: 'delivered', watermark: at(10), occurredAt: at(11) })
    await write('younger', { type: 'receipt', status: 'read', watermark: at(3), occurredAt: at(12) })
    await write('younger', { type: 'reaction', targetMessageId: 'r2', emoji: '❤', occurredAt: at(13) })
    await write('younger', { type: 'receipt', status: 'read', messageIds: ['r2'], occurredAt: at(14) })
    await write('older', { type: 'message_edit', targetMessageId: 'm1', text: 'better', occurredAt: at(15) })
    await write('younger', { type: 'message_delete', targetMessageId: 'never', occurredAt: at(15) })
    expect((await join()) as string[]).toHaveLength(1)
    expect(await rows('messages', 'message_id')).toMatchObject([
      { message_id: 'm1', text: 'better' },
      { message_id: 'r1', status: 'read', delivered_at: at(2), read_at: at(12) },
      { message_id: 'r2', status: 'read', delivered_at: at(11), read_at: at(14), reactions: [['customer', '❤', at(13).getTime()]] },
    ])
    const waiting = (await rows('contact_interaction_events')).filter((row) => row.conversation_id === null)
    expect(waiting.map((row) => row.target_message_id)).toEqual(['never'])
    expect((await rows('contact_inboxes'))[0]).toMatchObject({
      delivered_up_to: at(10),
      delivered_up_to_at: at(11),
      read_up_to: at(3),
      read_up_to_at: at(12),
    })
  })

  test('leave each chat’s messages to it on Telegram', async () => {
    const scratch = await open()
    const { account, write, rows, join } = await twoCustomers(scratch)
    await account.connectInbox({ oaId: 'page', channel: 'telegram' })
    await write('older', said('1'), replied('2'))
    await write('younger', said('1'), replied('2'))
    await write('younger', { type: 'receipt', status: 'read', watermark: at(10), occurredAt: at(11) })
    await join()
    expect((await rows('messages', 'conversation_id, seq')).map((row) => row.status)).toEqual([null, 'sent', null, 'read'])
  })

  test('have one contact: the older one, with the name that a person typed for the other', async () => {
    const { account, write, rows, join } = await twoCustomers(await open())
    const { conversation: kept } = await account.upsertConversation({ oaId: 'page', customerId: 'older', customerName: 'lan_92' })
    const { conversation: lost } = await write('younger', said('m1'))
    await account.updateContact({ contactId: kept.contactId, metadata: { city: 'Hue' } })
    await account.updateContact({ oaId: 'page', customerId: 'younger', name: 'Lan', metadata: { city: 'Hanoi', tier: 'gold' } })
    await join()
    expect(await rows('contacts')).toMatchObject([
      { id: kept.contactId, name: 'Lan', name_source: 'person', metadata: { city: 'Hue', tier: 'gold' }, merged_into: null },
      { id: lost?.contactId, name: 'Lan', merged_into: kept.contactId },
    ])
  })

  test('give an alias’s conversation a new head in a chain of joins', async () => {
    const { query, schema, ...scratch } = await open()
    const { account, write, rows, idOf } = await twoCustomers({ query, schema, ...scratch })
    const { conversation: kept } = await write('oldest', said('m0'))
    await write('older', said('m1'))
    await write('younger', said('m2'))
    const join = async (winner: string, ...losers: string[]) =>
      query(`select "${schema}".join_groups('acme', $1, $2, false, $3, $4, 0)`, [
        await idOf(winner),
        await Promise.all(losers.map(idOf)),
        `link of ${winner}`,
        at(60),
      ])
    await join('older', 'younger')
    await join('oldest', 'older')
    const head = await idOf('oldest')
    expect(await query(`select canonical_id from "${schema}".contact_inboxes where id <> $1`, [head])).toEqual([
      { canonical_id: head },
      { canonical_id: head },
    ])
    expect(await query(`select merged_into, count(*)::int from "${schema}".contacts group by 1 order by 1 nulls first`)).toMatchObject([
      { count: 1 },
      { count: 2 },
    ])
    expect(await account.countConversations({ customerId: 'younger' })).toBe(1)
    expect(await rows('conversation_merges', 'id')).toMatchObject([{ kept_id: kept?.id }, { kept_id: kept?.id }])
    expect(await write('younger', said('m0'), said('m1'), said('m2'))).toMatchObject({ outcome: 'duplicate', duplicates: 3 })
  })
})
