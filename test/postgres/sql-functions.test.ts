import { deepEqual, equal, match, rejects } from 'node:assert/strict'
import { escapeIdentifier } from 'pg'
import { beforeEach, describe, test } from 'vitest'
import { createConversationStore } from '../../src/index.js'
import { onServer, type ScratchSchema } from './scratch-schema.js'

/**
 * These tests do what a program in another language does: they send SQL text and a payload, and use no code of the
 * library.
 */
describe('the SQL functions', () => {
  let scratch: ScratchSchema
  beforeEach(async () => {
    scratch = await onServer()
  })
  const call = async (name: string, payload: object): Promise<Result> => {
    const [row] = await scratch.query(`select ${escapeIdentifier(scratch.schema)}.${name}($1::jsonb) as result`, [JSON.stringify(payload)])
    return row?.result as Result
  }
  const single = (payload: object) =>
    call('upsert_conversation_with_events', { account_id: 'acme', oa_id: 'page', customer_id: 'lan', ...payload })
  const bulk = (payload: object) =>
    call('bulk_upsert_conversations_with_events', { account_id: 'acme', ...payload }) as unknown as Promise<Result[]>

  test('take the example of docs/sql.md', async () => {
    const result = await single({
      channel: 'messenger',
      patch: { customer_name: 'Lan Nguyen' },
      events: [{ type: 'message', message_id: 'm_1', text: 'Is it still there?', occurred_at: '2026-11-21T10:00:07.512Z' }],
    })
    equal(result.outcome, 'created')
    deepEqual(result.events, ['stored'])
    equal(result.conversation.unread_count, 1)
    equal(result.conversation.last_message_preview, 'Is it still there?')
    equal(result.conversation.operations, undefined)
  })

  test('make their own ids, which sort by time with those of the library', async () => {
    const first = await single({ customer_id: 'a', events: [{ type: 'message', message_id: 'm1', text: 'x' }] })
    await scratch.query('select pg_sleep(0.002)')
    const second = await single({ customer_id: 'b', events: [{ type: 'message', message_id: 'm1', text: 'x' }] })
    match(first.conversation.id, /^[0-9A-Za-z][-0-9A-Z_a-z]{21}$/)
    equal(first.conversation.id < second.conversation.id, true)
    await scratch.query('select pg_sleep(0.002)')
    const account = createConversationStore({ adapter: scratch.adapter }).forAccount('acme')
    const { conversation: third } = await account.upsertConversation({ oaId: 'page', customerId: 'c' })
    equal(second.conversation.id < third.id && first.conversation.id.slice(0, 2) === third.id.slice(0, 2), true)
  })

  test('share messages and conversations with the library', async () => {
    await single({ events: [{ type: 'message', message_id: 'm1', text: 'from elsewhere' }] })
    const account = createConversationStore({ adapter: scratch.adapter }).forAccount('acme')
    const again = await account.upsertConversationWithEvents({
      oaId: 'page',
      customerId: 'lan',
      events: [
        { type: 'message', messageId: 'm1', text: 'from elsewhere' },
        { type: 'message', messageId: 'm2', text: 'from here' },
      ],
    })
    deepEqual(
      again.events.map(({ outcome }) => outcome),
      ['duplicate', 'stored'],
    )
    const replay = await single({ events: [{ type: 'message', message_id: 'm2', text: 'from here' }] })
    equal(replay.outcome, 'duplicate')
    equal(replay.conversation.version, 1)
  })

  test('know a fact without an id by its JSON, and by its dedupe_key where there is one', async () => {
    const press = { type: 'postback', payload: { button: 'BUY' }, occurred_at: '2026-11-21T10:00:07.512Z' }
    deepEqual((await single({ events: [press] })).events, ['stored'])
    deepEqual((await single({ events: [press] })).events, ['duplicate'])
    deepEqual((await single({ events: [{ ...press, payload: { button: 'SELL' } }] })).events, ['stored'])
    deepEqual((await single({ events: [{ ...press, dedupe_key: 'id:press-7' }] })).events, ['stored'])
    const account = createConversationStore({ adapter: scratch.adapter }).forAccount('acme')
    const same = await account.upsertConversationWithEvents({
      oaId: 'page',
      customerId: 'lan',
      events: [{ type: 'postback', eventId: 'press-7' }],
    })
    equal(same.duplicates, 1)
  })

  test('recognise an operation that is sent again', async () => {
    const write = { operation_id: 'op-1', patch: { nickname: 'Lan' } }
    equal((await single(write)).outcome, 'created')
    const again = await single({ ...write, resent_after: 50 })
    equal(again.outcome, 'created')
    equal(again.conversation.version, 0)
  })

  test('take no outcome that a conversation remembers for an operation', async () => {
    await single({ operation_id: 'op-1', patch: { nickname: 'Lan' } })
    await single({ operation_id: 'op-2', events: [{ type: 'message', message_id: 'm1', text: 'x' }] })
    const changed = await single({ operation_id: 'updated', patch: { nickname: 'Lan A' } })
    deepEqual([changed.outcome, changed.conversation.nickname, changed.conversation.version], ['updated', 'Lan A', 2])
    const edit = { type: 'message_edit', target_message_id: 'm1', text: 'y' }
    const edited = await single({ operation_id: 'created', events: [edit] })
    deepEqual([edited.outcome, edited.conversation.last_message_preview, edited.conversation.version], ['updated', 'y', 3])
    equal((await single({ operation_id: 'created', events: [edit] })).outcome, 'updated')
    const many = await bulk({
      operation_id: 'reopened',
      conversations: [{ oa_id: 'page', customer_id: 'lan', operation_id: 'op-1.1', patch: { nickname: 'L' } }],
    })
    deepEqual([many[0]?.outcome, many[0]?.conversation.nickname], ['updated', 'L'])
  })

  test('raise CS001 with the code and its details for an item that is refused', async () => {
    await single({})
    await rejects(single({ expected_version: 5 }), (error: { code?: string; message?: string; detail?: string }) => {
      equal(error.code, 'CS001')
      equal(error.message, 'VERSION_CONFLICT')
      deepEqual(JSON.parse(error.detail ?? ''), { code: 'VERSION_CONFLICT', expected: 5, actual: 0 })
      return true
    })
  })

  test('report a refused item in its place when the call is not atomic, and leave nothing of it', async () => {
    const results = await bulk({
      atomic: false,
      conversations: [
        { oa_id: 'page', customer_id: 'new', expected_version: 5 },
        { oa_id: 'page', customer_id: 'lan', patch: { nickname: 'Lan' } },
      ],
    })
    deepEqual(results[0], { failure: { code: 'VERSION_CONFLICT', expected: 5, actual: null } })
    equal(results[1]?.outcome, 'created')
    const left = await scratch.query(`select customer_id from ${escapeIdentifier(scratch.schema)}.contact_inboxes`)
    deepEqual(left, [{ customer_id: 'lan' }])
  })

  test('hold the limits', async () => {
    const refused = (payload: object, code: string) => rejects(single(payload), { code })
    await refused({ account_id: '' }, '22023')
    await refused({ account_id: '', operation_id: 'op' }, '22023')
    await refused({ account_id: 'x'.repeat(513), operation_id: 'op' }, '23514')
    await refused({ events: [{ type: 'shout' }] }, '22023')
    await refused({ events: [{ type: 'message', text: 'without an id' }] }, '23514')
    await refused({ oa_id: 'x'.repeat(513) }, '23514')
    await refused({ customer_id: null }, '23502')
    await refused({ customer_id: 'é'.repeat(5000) }, '23514')
    await refused({ operation_id: 'x'.repeat(513) }, '23514')
    await refused({ events: [{ type: 'message', message_id: 'm', text: 'x'.repeat(1024 * 1024 + 1) }] }, '23514')
    await refused({ events: [{ type: 'message', message_id: 'm', direction: 'sideways' }] }, '23514')
    await refused({ patch: { nickname: 'x'.repeat(4097) } }, '23514')
    await single({})
    await refused({ patch: { nickname: 'x'.repeat(4097) } }, '23514')
    await refused({ events: [{ type: 'message', message_id: '' }] }, '23514')
    await refused({ events: [{ type: 'message', message_id: 'm', sender_type: 'robot' }] }, '23514')
    await refused({ events: [{ type: 'message', message_id: 'm', sender_id: 'x'.repeat(513) }] }, '23514')
    await rejects(bulk({ conversations: Array.from({ length: 1001 }, (_, n) => ({ oa_id: 'page', customer_id: `${n}` })) }), {
      code: '22023',
    })
  })

  test('say what is wrong with a payload, and where', async () => {
    const says = async (payload: object, code: string, message: string) => {
      await rejects(single(payload), { code, message })
      const { now: _now, ...item } = { oa_id: 'page', customer_id: 'lan', now: null, ...payload }
      if (!('now' in payload))
        await rejects(bulk({ conversations: [{ oa_id: 'page', customer_id: 'first' }, item] }), {
          code,
          message: message.replace('[0]', '[1]'),
        })
    }
    const event = (more: object) => ({ events: [{ type: 'message', message_id: 'm', ...more }] })
    const first = 'conversations[0]'
    await says({ now: 'infinity' }, '22023', 'now: must be of the years 1 to 9999')
    await says({ events: [{ message_id: 'm', text: 'x' }] }, '22023', `${first}.events[0].type: is required`)
    await says(
      { events: [{ type: 'receipt', target_message_id: 'm', status: 'bogus' }] },
      '23514',
      `${first}.events[0].status: must be sent, delivered, read, failed`,
    )
    await says(event({ occurred_at: 'infinity' }), '22023', `${first}.events[0].occurred_at: must be of the years 1 to 9999`)
    await says(event({ occurred_at: '10000-01-01' }), '22023', `${first}.events[0].occurred_at: must be of the years 1 to 9999`)
    await says(event({ attachments: { type: 'image' } }), '22023', `${first}.events[0].attachments: must be an array`)
    await says(event({ attachments: ['x'] }), '22023', `${first}.events[0].attachments[0]: must be an object`)
    await says(event({ attachments: [{ url: 'x' }] }), '22023', `${first}.events[0].attachments[0].type: is required`)
    await says(event({ txt: 'x' }), '22023', `${first}.events[0].txt: is not a known key`)
    await says(event({ text: 5 }), '22023', `${first}.events[0].text: must be a string`)
    await says({ events: {} }, '22023', `${first}.events: must be an array`)
    await says({ customer_id: 'undefined' }, '22023', `${first}.customer_id: must be an id, not the text of a missing one`)
    await says({ patch: { metadata: [] } }, '22023', `${first}.patch.metadata: must be an object`)
    for (const version of ['0', true, [0], 1.5, -1]) {
      await says({ expected_version: version }, '22023', `${first}.expected_version: must be an integer from 0 to 2147483647, or "absent"`)
    }
    equal((await scratch.query(`select 1 from ${escapeIdentifier(scratch.schema)}.contact_inboxes`)).length, 0)
  })

  test('take an event that has everything, with nulls for what is left out', async () => {
    const message = {
      type: 'message',
      message_id: 'm',
      local_id: null,
      text: '',
      occurred_at: '2024-02-29T00:00:00+07:00',
      attachments: [{ type: 'image', url: 'https://x', name: null, payload: { a: [1] } }],
      metadata: { a: { b: 1 } },
      payload: null,
    }
    deepEqual((await single({ operation_id: 'op', events: [message], patch: null, on_closed: { reopen_within: 5 } })).events, ['stored'])
  })

  test('are nobody else’s to call', async () => {
    const role = `stranger_${scratch.schema}`
    await scratch.query(`create role ${role}`)
    const [row] = await scratch.query(
      `select bool_or(has_function_privilege('${role}', p.oid, 'execute')) as may from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname = $1`,
      [scratch.schema],
    )
    await scratch.query(`drop role ${role}`)
    equal(row?.may, false)
  })

  test('do not follow the caller’s search path', async () => {
    const [row] = await scratch.query(
      `select count(*)::int as loose from pg_proc p join pg_namespace n on n.oid = p.pronamespace
       where n.nspname = $1 and not coalesce(p.proconfig::text like '%search_path=pg_catalog, pg_temp%', false)`,
      [scratch.schema],
    )
    equal(row?.loose, 0)
  })
})

interface Result {
  readonly outcome: string
  readonly conversation: { readonly id: string; readonly version: number; readonly [column: string]: unknown }
  readonly events: readonly string[]
}
