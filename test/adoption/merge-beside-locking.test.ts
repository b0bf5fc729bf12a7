import { describe, expect, test } from 'vitest'
import { type AdoptionDatabase, addOptimisticLocking, type MergeOptions, mergeDuplicateConversations } from '../../src/adoption/index.js'
import { scratchPool } from '../postgres/scratch-schema.js'
import { interferedPool } from './interfered.js'
import { type SqlHost, sqlHosts } from './locking-tables.js'

describe.each(sqlHosts)('a merge of conversations whose events have unique indexes on %s', (_, open) => {
  const helper = (
    { db, schema }: SqlHost,
    more: { readonly db?: AdoptionDatabase; readonly messages?: NonNullable<MergeOptions['messages']> } = {},
  ) =>
    mergeDuplicateConversations({
      db,
      conversations: {
        schema,
        name: 'messenger_conversations',
        id: 'conversation_id',
        accountId: 'page_id',
        oaId: 'page_id',
        customerId: 'sender_id',
      },
      messages: { name: 'contact_interaction_events' },
      ...more,
    })
  const events = ({ query, schema }: SqlHost) =>
    query(`select row_to_json(e)::text as event from "${schema}".contact_interaction_events e order by id`)
  const rows = ({ query, schema }: SqlHost) =>
    query(`select row_to_json(c)::text as row from "${schema}".messenger_conversations c order by id`)
  const keys = async ({ query, schema }: SqlHost) => {
    const found = await query(
      `select conversation_id || ' ' || event_type || ' ' || coalesce(message_id, to_char(event_timestamp at time zone 'UTC', 'HH24:MI')) as key
  from "${schema}".contact_interaction_events where conversation_id in ('t1', 't2', 't3') order by 1`,
    )
    return found.map(({ key }) => key)
  }

  /** Three conversations of one customer, which share events with and without a message id, with the indexes. */
  const locked = async () => {
    const host = await open()
    const at = `"${host.schema}"`
    await host.query(`update ${at}.messenger_conversations set sender_id = 'customer-1' where conversation_id in ('t2', 't3')`)
    await host.query(`insert into ${at}.contact_interaction_events (conversation_id, event_type, message_id, event_timestamp, payload)
  select c, k, i, timestamptz '2026-01-01 00:07Z', json_build_object('of', c)
  from unnest(array['t1', 't2', 't3']) c, (values ('read', null), ('message', 'same')) e (k, i)
  union all select c, 'postback', null, timestamptz '2026-01-01 00:08Z', json_build_object('of', c) from unnest(array['t1', 't2']) c`)
    await addOptimisticLocking({ db: host.db, conversations: host.where }).apply()
    return host
  }
  const once = [
    ...['t3 message m1', 't3 message m2', 't3 message m3', 't3 message same', 't3 postback 00:08'],
    ...['t3 read 00:01', 't3 read 00:02', 't3 read 00:03', 't3 read 00:07'],
  ]

  test.each([
    ['by the message id', undefined],
    ['by no message id', null],
  ])('archives the doubles of both, and its undo brings each back, %s', async (__, messageId) => {
    const host = await locked()
    const before = [await events(host), await rows(host)]
    const merge = helper(host, { messages: { name: 'contact_interaction_events', ...(messageId === null ? { messageId } : {}) } })
    expect(await merge.apply()).toEqual({ groups: 1, losers: 2, movedMessages: 5, doubledMessages: 5, lateMessages: 0 })
    expect(await keys(host)).toEqual(once)
    expect(await host.archived()).toHaveLength(7)
    expect(await merge.revert()).toEqual({ restored: 2, movedBack: 10 })
    expect([await events(host), await rows(host)]).toEqual(before)
    expect(await host.archived()).toEqual([])
  })

  test('archives a double that came for a loser after the merge, and brings it back once the index is gone', async () => {
    const host = await locked()
    const before = await events(host)
    await helper(host).apply()
    await host.query(`insert into "${host.schema}".contact_interaction_events (conversation_id, event_type, event_timestamp)
  values ('t1', 'read', '2026-01-01 00:07Z'), ('t1', 'read', '2026-01-01 00:09Z')`)
    expect(await helper(host).apply()).toMatchObject({ groups: 0, lateMessages: 2 })
    expect(await keys(host)).toEqual([...once, 't3 read 00:09'])
    // The one that came may not stand beside the one of before while the index stands.
    const refused = { code: 'DUPLICATE_KEYS', details: { index: 'idx_unique_event_by_timestamp' } }
    await expect(helper(host).revert()).rejects.toMatchObject(refused)
    await addOptimisticLocking({ db: host.db, conversations: host.where }).revert()
    expect(await helper(host).revert()).toMatchObject({ restored: 1 })
    const after = (await events(host)).map(({ event }) => event)
    expect(after).toHaveLength(before.length + 2)
    expect(after).toEqual(expect.arrayContaining(before.map(({ event }) => event)))
  })

  test('refuses to take a double out that a foreign key names', async () => {
    const host = await locked()
    const at = `"${host.schema}"`
    await host.query(`create table ${at}.files (id integer primary key, event_id bigint references ${at}.contact_interaction_events)`)
    const before = [await events(host), await rows(host)]
    const messages = { name: 'contact_interaction_events', messageId: null }
    await expect(helper(host, { messages }).apply()).rejects.toMatchObject({ code: 'UNSUPPORTED' })
    expect([await events(host), await rows(host)]).toEqual(before)
  })

  test('leaves rows alone that another unique index of the host tells apart', async () => {
    const host = await locked()
    const at = `"${host.schema}".contact_interaction_events`
    await host.query(`alter table ${at} add column place integer`)
    await host.query(`update ${at} set place = 1 where message_id in ('m1', 'm3')`)
    await host.query(`create unique index of_place on ${at} (conversation_id, place)`)
    const before = [await events(host), await rows(host)]
    await expect(helper(host).apply()).rejects.toMatchObject({ code: 'DUPLICATE_KEYS', details: { index: 'of_place', fields: ['place'] } })
    expect([await events(host), await rows(host)]).toEqual(before)
  })
})

test('a merge finds the double that a live writer brings while events are moved', async () => {
  const [, open] = sqlHosts[0] ?? []
  if (open === undefined) throw new Error('there is no host')
  const host = await open()
  const at = `"${host.schema}"`
  await host.query(`update ${at}.messenger_conversations set sender_id = 'customer-1' where conversation_id = 't2'`)
  await addOptimisticLocking({ db: host.db, conversations: host.where }).apply()
  let came = false
  const db = interferedPool(scratchPool(), {
    async before(text) {
      if (came || !text.startsWith('with moved as')) return
      came = true
      await host.query(`insert into ${at}.contact_interaction_events (conversation_id, event_type, event_timestamp)
  select 't2', event_type, event_timestamp from ${at}.contact_interaction_events where conversation_id = 't1' and message_id is null`)
    },
  })
  const where = { ...host.where, name: 'messenger_conversations', id: 'conversation_id' }
  const merged = await mergeDuplicateConversations({
    db,
    conversations: { ...where, accountId: 'page_id', oaId: 'page_id', customerId: 'sender_id' },
    messages: { name: 'contact_interaction_events' },
  }).apply()
  expect({ came, ...merged }).toMatchObject({ came: true, losers: 1, movedMessages: 1, doubledMessages: 1 })
})
