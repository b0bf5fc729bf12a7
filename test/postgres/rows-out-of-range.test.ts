import { deepEqual, equal, rejects } from 'node:assert/strict'
import { escapeIdentifier } from 'pg'
import { describe, test } from 'vitest'
import { createConversationStore } from '../../src/index.js'
import { earliestTime, latestTime } from '../../src/model/ranges.js'
import { engines } from './engines.js'

describe.each(engines)('what a host’s own SQL has stored, on %s', (_, open) => {
  test('is read without failing a list, as the nearest that the library knows', async () => {
    const scratch = await open()
    const schema = escapeIdentifier(scratch.schema)
    const account = createConversationStore({ adapter: scratch.adapter }).forAccount('acme')
    const at = new Date('2026-11-21T10:00:00Z')
    for (const customerId of ['a', 'b', 'c', 'd']) {
      const events = [
        { type: 'message', messageId: 'm', text: 'x', occurredAt: at },
        { type: 'postback', payload: { a: 1 } },
      ] as const
      await account.upsertConversationWithEvents({ oaId: 'page', customerId, events })
    }
    const set = (customer: string, time: string) =>
      scratch.query(
        `update ${schema}.conversations set last_activity_at = $2::timestamptz, created_at = $2::timestamptz, metadata = '[1]' where customer_id = $1`,
        [customer, time],
      )
    await set('a', 'infinity')
    await set('b', '12000-01-01')
    await set('c', '-infinity')
    await set('d', '0044-03-15 BC')
    await scratch.query(
      `update ${schema}.messages set occurred_at = 'infinity', metadata = '5', reactions = '[1]', attachments = '{"type": "image"}'`,
    )
    await scratch.query(`update ${schema}.contact_interaction_events set occurred_at = '-infinity', payload = '"x"'`)

    const seen: [string, string, unknown][] = []
    let cursor: string | undefined
    do {
      const page = await account.listConversations({ limit: 1, ...(cursor === undefined ? {} : { cursor }) })
      for (const { customerId, lastActivityAt, metadata } of page.items) seen.push([customerId, lastActivityAt.toISOString(), metadata])
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined && seen.length < 10)
    deepEqual(seen.at(0), ['a', latestTime, null])
    deepEqual(seen.at(-1), ['c', earliestTime, null])
    const { items } = await account.listConversations({})
    deepEqual(
      items.map(({ customerId, lastActivityAt }) => [customerId, lastActivityAt.toISOString()]),
      [
        ['a', latestTime],
        ['b', latestTime],
        ['d', earliestTime],
        ['c', earliestTime],
      ],
    )
    const conversationId = items[0]?.id ?? ''
    const [message] = (await account.listMessages({ conversationId })).items
    deepEqual([message?.occurredAt.toISOString(), message?.metadata, message?.reactions, message?.attachments], [latestTime, null, [], []])
    const events = (await account.listEvents({ conversationId })).items
    deepEqual(
      events.map(({ occurredAt, payload }) => [occurredAt.toISOString(), payload]),
      // The event of a message has its time there.
      events.map(({ type }) => [type === 'message' ? latestTime : earliestTime, null]),
    )
    const written = await account.upsertConversation({ oaId: 'page', customerId: 'a', nickname: 'A' })
    equal(written.conversation.lastActivityAt.toISOString(), latestTime)
  })

  test('can not come by the functions', async () => {
    const { query, schema } = await open()
    const refuses = (call: string) => rejects(query(`select ${escapeIdentifier(schema)}.${call}`), { code: '22023' })
    await refuses(`connect_inbox('acme', 'i', 'page', 'sms', '{}', 'op', null, 'infinity')`)
    await refuses(`connect_inbox('acme', 'i', 'page', 'sms', '{"name": 5}', 'op', null, null)`)
    await refuses(`connect_inbox('acme', 'i', 'page', 'sms', '{"nome": "x"}', 'op', null, null)`)
    await refuses(`mark_conversation_read('acme', 'c', false, 1, null, 'op', null, 'infinity')`)
  })
})
