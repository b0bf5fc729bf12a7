import assert from 'node:assert/strict'
import { withEvents } from '../../contract-case.js'
import { at, replied, said, sending } from '../../events.js'
import { column, holds, only, upTo } from '../../expectations.js'
import { written } from './written.js'

export const resultCases = withEvents([
  {
    title: 'writes many customers at once and answers one result per item, in order',
    async run({ scene, unique }) {
      const { account, oaId, rows } = scene()
      await account.upsertConversationWithEvents({ oaId, customerId: 'known', events: [said('m1')] })
      const results = await account.bulkUpsertConversationsWithEvents({
        conversations: [
          { oaId, customerId: 'z', nickname: '$z', events: [said('m1'), replied('m2', { occurredAt: at(1) })] },
          { oaId, customerId: 'known', events: [said('m1')] },
          { oaId: unique('oa'), customerId: 'a', events: [said('m1', { text: '$5.00 off' })] },
          { oaId, customerId: 'waits', events: [{ type: 'reaction', targetMessageId: 'm9', emoji: '❤', occurredAt: at(0) }] },
          { oaId, customerId: 'known', nickname: 'Lan', events: [said('m1'), said('m2')] },
          { oaId, customerId: 'without events', nickname: 'quiet' },
        ],
      })
      assert.deepEqual(
        results.map((result) => written(result).outcome),
        ['created', 'duplicate', 'created', 'unchanged', 'updated', 'created'],
      )
      assert.deepEqual(
        results.map((result) => written(result).duplicates),
        [0, 1, 0, 0, 1, 0],
      )
      assert.deepEqual(written(results[0]).events, [{ outcome: 'stored' }, { outcome: 'stored' }])
      assert.deepEqual(written(results[3]), {
        ok: true,
        outcome: 'unchanged',
        conversation: null,
        events: [{ outcome: 'waiting' }],
        duplicates: 0,
        conflicts: [],
      })
      assert.deepEqual(
        results.map((result) => written(result).conversation?.customerId),
        ['z', 'known', 'a', undefined, 'known', 'without events'],
      )
      holds(written(results[0]).conversation, { nickname: '$z', lastSeq: 2, unreadCount: 1, version: 0 })
      holds(written(results[4]).conversation, { nickname: 'Lan', lastSeq: 2, unreadCount: 2, version: 1 })
      assert.equal((await rows.conversations()).length, 4)
      assert.equal((await rows.messages()).length, 5)
    },
  },
  {
    title: 'applies items of one customer in the caller’s order, each with its own version and result',
    async run({ scene }) {
      const { account, key, rows } = scene()
      const results = await account.bulkUpsertConversationsWithEvents({
        conversations: upTo(5).map((index) => ({
          ...key,
          nickname: `name ${index}`,
          events: [said(`m${index}`, { occurredAt: at(index) })],
        })),
      })
      assert.deepEqual(
        results.map((result) => written(result).outcome),
        ['created', 'updated', 'updated', 'updated', 'updated'],
      )
      assert.deepEqual(
        results.map((result) => written(result).conversation?.version),
        [0, 1, 2, 3, 4],
      )
      holds(only(await rows.conversations()), { version: 4, nickname: 'name 5', last_seq: 5, unread_count: 5 })
      for (const index of upTo(5))
        holds(
          (await rows.messages()).find((row) => row.seq === index),
          { message_id: `m${index}` },
        )
    },
  },
  {
    title: 'lets a later item see what an earlier one of the same call wrote',
    async run({ scene }) {
      const { account, key } = scene()
      const results = await account.bulkUpsertConversationsWithEvents({
        conversations: [
          { ...key, expectedVersion: 'absent', events: [said('m1')] },
          { ...key, expectedVersion: 0, events: [said('m1'), said('m2')] },
          { ...key, events: [said('m2')] },
          { ...key, events: [{ type: 'message_delete', targetMessageId: 'm1', occurredAt: at(1) }] },
        ],
      })
      assert.deepEqual(
        results.map((result) => written(result).outcome),
        ['created', 'updated', 'duplicate', 'unchanged'],
      )
      assert.equal((await account.findMessage({ ...key, messageId: 'm1' }))?.text, '')
    },
  },
  {
    title: 'applies what an item says of stored messages also beside a customer that is new',
    async run({ scene }) {
      const { account, oaId, key } = scene()
      const events = ['m1', 'm2', 'm3', 'm4'].map((id) => replied(id))
      await account.upsertConversationWithEvents({ ...key, events: [...events, sending('l5')] })
      const changes = [
        { type: 'receipt', status: 'delivered', watermark: at(1), occurredAt: at(2) },
        { type: 'receipt', status: 'read', messageIds: ['m1'], occurredAt: at(3) },
        { type: 'message_edit', targetMessageId: 'm2', text: 'edited', occurredAt: at(3) },
        { type: 'message_delete', targetMessageId: 'm3', occurredAt: at(3) },
        { type: 'message_sent', localId: 'l5', messageId: 'm5', occurredAt: at(3) },
      ] as const
      await account.bulkUpsertConversationsWithEvents({
        conversations: [...changes.map((event) => ({ ...key, events: [event] })), { oaId, customerId: 'new', events: [said('m1')] }],
      })
      const { items } = await account.listMessages({ conversationId: (await account.findByOaAndCustomer(key))?.id ?? '' })
      assert.deepEqual(
        items.map(({ messageId, status, text }) => [messageId, status, text]),
        [
          ['m1', 'read', 'text of m1'],
          ['m2', 'delivered', 'edited'],
          ['m3', 'delivered', ''],
          ['m4', 'delivered', 'text of m4'],
          ['m5', 'sent', 'text of l5'],
        ],
      )
    },
  },
  {
    title: 'is a replay as a whole when it is sent again',
    async run({ scene }) {
      const { account, oaId, rows } = scene()
      const conversations = upTo(20).map((index) => ({ oaId, customerId: `c${index}`, events: [said('m1'), said('m2')] }))
      await account.bulkUpsertConversationsWithEvents({ conversations })
      const before = [await rows.conversations(), await rows.messages()]
      const again = await account.bulkUpsertConversationsWithEvents({ conversations })
      for (const result of again) holds(written(result), { outcome: 'duplicate', duplicates: 2 })
      assert.deepEqual([await rows.conversations(), await rows.messages()], before)
    },
  },
  {
    title: 'writes 1,000 conversations in one call',
    async run({ scene }) {
      const { account, oaId, rows } = scene()
      const conversations = upTo(1_000).map((index) => ({ oaId, customerId: `c${index}`, events: [said('m1'), replied('m2')] }))
      const results = await account.bulkUpsertConversationsWithEvents({ conversations })
      assert.equal(results.filter((result) => result.ok && result.outcome === 'created').length, 1_000)
      assert.equal(new Set(column(await rows.conversations(), 'id')).size, 1_000)
      assert.equal((await rows.messages()).length, 2_000)
    },
  },
])
