import { describe, expect, test } from 'vitest'
import { engines } from './engines.js'
import type { ScratchSchema } from './scratch-schema.js'

const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString()
const ms = (minute: number) => Date.UTC(2026, 0, 1, 0, minute)
const P = { id: 'P', kind: 'phone' }
const U = { id: 'U', kind: 'user_id' }
const said = (messageId: string, minute: number) => ({
  type: 'message',
  message_id: messageId,
  text: `text of ${messageId}`,
  occurred_at: at(minute),
})
const replied = (messageId: string, minute: number) => ({ ...said(messageId, minute), direction: 'outbound', sender_type: 'agent' })
const receipt = (messageId: string, minute: number) => ({
  type: 'receipt',
  status: 'read',
  target_message_id: messageId,
  occurred_at: at(minute),
})
const change = (previous: object[], current: object[], minute: number) => ({
  type: 'identity_change',
  previous,
  current,
  occurred_at: at(minute),
})

interface Result {
  readonly outcome: string
  readonly conversation: { readonly id: string }
  readonly conflicts?: unknown
}

interface Item {
  customer_id: string
  identities?: object[]
  events?: object[]
  [key: string]: unknown
}

/** Calls the functions as a program in another language does. */
function functionsOf({ query, schema }: ScratchSchema) {
  let calls = 0
  const item = (given: Item) => ({ oa_id: 'page', channel: 'whatsapp', ...given })
  const stamp = () => {
    calls += 1
    return { account_id: 'acme', operation_id: `op${calls}`, now: at(1000 + calls) }
  }
  const call = async (name: string, payload: object) =>
    (await query(`select "${schema}".${name}($1::jsonb) as result`, [JSON.stringify(payload)]))[0]?.result
  return {
    write: async (given: Item) => (await call('upsert_conversation_with_events', { ...stamp(), ...item(given) })) as Result,
    bulk: async (more: object, ...items: Item[]) =>
      (await call('bulk_upsert_conversations_with_events', { ...stamp(), ...more, conversations: items.map(item) })) as Result[],
    link: async (...identities: object[]) => (await call('link_customer_ids', { ...stamp(), oa_id: 'page', identities })) as Result,
    rows: (table: string, order = 'created_at, id') => query(`select * from "${schema}".${table} order by ${order}`),
    /** The group of each head: its customer id, and all of its ids. */
    groups: async () =>
      (
        await query(`select customer_id, identities from "${schema}".contact_inboxes where canonical_id is null order by created_at, id`)
      ).map((row) => [
        row.customer_id,
        ((row.identities ?? []) as Record<string, unknown>[])
          .map((e) => `${e.id}${e.former_since === null ? '' : ' (former)'}${e.disputed_since ? ' (disputed)' : ''}`)
          .join(', '),
      ]),
  }
}

describe.each(engines)('identities on %s', (_, open) => {
  test('make one person of the ids that one payload names, in whatever order they come', async () => {
    const { write, rows, groups } = functionsOf(await open())
    const first = await write({ customer_id: 'P', events: [said('m1', 1)] })
    const both = await write({ customer_id: 'P', identities: [P, U], events: [said('m2', 2)] })
    expect(both).toMatchObject({ outcome: 'updated', conflicts: [], conversation: { id: first.conversation.id, version: 1 } })
    const third = await write({ customer_id: 'U', events: [said('m2', 2), said('m3', 3)] })
    expect(third).toMatchObject({
      outcome: 'updated',
      events: ['duplicate', 'stored'],
      conversation: { id: first.conversation.id, unread_count: 3 },
    })
    expect(await groups()).toEqual([['P', 'P, U']])
    expect((await rows('contact_inboxes'))[0]?.identities).toEqual([
      { id: 'P', kind: 'phone', since: ms(2), former_since: null },
      { id: 'U', kind: 'user_id', since: ms(2), former_since: null },
    ])
    expect(await rows('conversations')).toMatchObject([{ is_linked: true, contact_inbox_id: (await rows('contact_inboxes'))[0]?.id }])
  })

  test('take the customer’s own row for the head when all are new, and write on the quick ways when all are known', async () => {
    const { write, groups } = functionsOf(await open())
    const first = await write({ customer_id: 'U', identities: [P, U], events: [said('m1', 1)] })
    expect(first).toMatchObject({ outcome: 'created', conversation: { customer_id: 'U', version: 0 } })
    expect(await groups()).toEqual([['U', 'P, U']])
    for (const customer_id of ['P', 'U'])
      expect(await write({ customer_id, identities: [U, P], events: [said(`m of ${customer_id}`, 2)] })).toMatchObject({
        outcome: 'updated',
      })
    expect(await write({ customer_id: 'P', identities: [U, P], patch: { nickname: 'Lan' } })).toMatchObject({
      outcome: 'updated',
      conversation: { nickname: 'Lan', version: 3 },
    })
  })

  test('join two threads of one person: one stays active, and nothing is there twice', async () => {
    const { write, rows } = functionsOf(await open())
    const first = await write({ customer_id: 'P', events: [said('m1', 1), said('m2', 2)] })
    const second = await write({ customer_id: 'U', events: [said('m2', 2), said('m3', 3)] })
    const joined = await write({ customer_id: 'U', identities: [P, U], events: [said('m4', 4)] })
    expect(joined).toMatchObject({
      outcome: 'updated',
      conversation: { id: first.conversation.id, customer_id: 'P', version: 1, unread_count: 3 },
    })
    expect(await rows('conversations')).toMatchObject([
      { id: first.conversation.id, status: 'open' },
      { id: second.conversation.id, status: 'closed', version: 1, unread_count: 1, customer_id: 'P' },
    ])
    expect((await rows('messages', 'message_id')).map((row) => row.message_id)).toEqual(['m1', 'm2', 'm3', 'm4'])
  })

  test('count one change where a link takes a conversation over and the item writes into it', async () => {
    const { write, rows } = functionsOf(await open())
    await write({ customer_id: 'P', events: [receipt('r0', 1)] })
    const second = await write({ customer_id: 'U', events: [said('m1', 1)] })
    const joined = await write({ customer_id: 'P', identities: [P, U], events: [receipt('r1', 4)] })
    expect(joined).toMatchObject({ outcome: 'updated', conversation: { id: second.conversation.id, customer_id: 'P', version: 1 } })
    await write({ customer_id: 'Q', events: [receipt('r0', 1)] })
    await write({ customer_id: 'V', events: [said('q1', 1)] })
    const both = await write({
      customer_id: 'V',
      identities: [
        { id: 'Q', kind: 'phone' },
        { id: 'V', kind: 'user_id' },
      ],
      expected_version: 0,
      events: [said('q2', 5)],
    })
    expect(both).toMatchObject({ outcome: 'updated', conversation: { customer_id: 'Q', version: 1, last_seq: 2 } })
    expect((await rows('conversations')).map((row) => (row.operations as unknown[]).length)).toEqual([2, 2])
  })

  test('leave a number that somebody else still has: its message goes to the thread of the user id', async () => {
    const { write, groups, rows } = functionsOf(await open())
    const a = await write({ customer_id: 'P', identities: [P, U], events: [said('a1', 1)] })
    const z = await write({ customer_id: 'P', identities: [P, { id: 'Z', kind: 'user_id' }], events: [said('z1', 5)] })
    expect(z).toMatchObject({ outcome: 'created', conflicts: [P], conversation: { customer_id: 'Z' } })
    expect(z.conversation.id).not.toBe(a.conversation.id)
    expect(await groups()).toEqual([
      ['P', 'P (disputed), U'],
      ['Z', ''],
    ])
    expect(await write({ customer_id: 'U', identities: [P, U], events: [said('a2', 4)] })).toMatchObject({
      outcome: 'updated',
      conflicts: [],
    })
    expect((await groups())[0]).toEqual(['P', 'P (disputed), U'])
    await write({ customer_id: 'P', identities: [P, U], events: [said('a3', 6)] })
    expect((await groups())[0]).toEqual(['P', 'P, U'])
    expect(await write({ customer_id: 'P', identities: [P, { id: 'Z', kind: 'user_id' }], events: [said('z1', 5)] })).toMatchObject({
      outcome: 'duplicate',
      conversation: { customer_id: 'Z' },
    })
    expect((await groups())[0]).toEqual(['P', 'P, U'])
    const receipts = await write({ customer_id: 'P', identities: [P, { id: 'Z', kind: 'user_id' }], events: [receipt('a1', 7)] })
    expect(receipts).toMatchObject({ conflicts: [P] })
    expect((await groups())[0]).toEqual(['P', 'P, U'])
    expect((await rows('contact_inboxes', 'customer_id')).map((row) => row.customer_id)).toEqual(['P', 'U', 'Z'])
  })

  test('give a former number to the stranger who brings it, and find what was said under it', async () => {
    const { write, groups, rows } = functionsOf(await open())
    const N2 = { id: 'N2', kind: 'phone' }
    const Z = { id: 'Z', kind: 'user_id' }
    const a = await write({ customer_id: 'P', identities: [P, U], events: [said('a1', 1), replied('r1', 2)] })
    const notice = { customer_id: 'P', events: [change([P], [N2], 10)] }
    expect(await write(notice)).toMatchObject({
      outcome: 'updated',
      events: ['applied'],
      conversation: { id: a.conversation.id, customer_id: 'N2', version: 1 },
    })
    expect(await groups()).toEqual([['N2', 'P (former), U, N2']])
    expect(await write({ customer_id: 'P', identities: [P, Z], events: [said('old', 9)] })).toMatchObject({
      conversation: { id: a.conversation.id },
    })
    const z = await write({ customer_id: 'P', identities: [P, Z], events: [said('z1', 11)] })
    expect(z).toMatchObject({ outcome: 'created', conflicts: [], conversation: { customer_id: 'Z' } })
    expect(await groups()).toEqual([
      ['N2', 'U, N2'],
      ['Z', 'P, Z'],
    ])
    // What is delivered again, or late, moves nothing.
    expect(await write({ customer_id: 'P', identities: [P, U], events: [said('a1', 1)] })).toMatchObject({
      outcome: 'duplicate',
      conversation: { id: a.conversation.id },
    })
    expect(await write(notice)).toMatchObject({ events: ['unchanged'] })
    expect(await write({ customer_id: 'P', events: [receipt('r1', 12)] })).toMatchObject({ events: ['applied'] })
    expect((await rows('messages', 'message_id')).find((row) => row.message_id === 'r1')).toMatchObject({ status: 'read' })
    expect(await groups()).toEqual([
      ['N2', 'U, N2'],
      ['Z', 'P, Z'],
    ])
    expect(await write({ customer_id: 'P', events: [said('z2', 12)] })).toMatchObject({ conversation: { id: z.conversation.id } })
    expect(await write({ customer_id: 'N2', events: [said('a9', 13)] })).toMatchObject({ conversation: { id: a.conversation.id } })
  })

  test('name a group that loses its head’s number after another of its ids', async () => {
    const { write, groups } = functionsOf(await open())
    await write({ customer_id: 'P', identities: [P, U], events: [said('a1', 1)] })
    // The number was given up without another one that is known.
    expect(await write({ customer_id: 'U', events: [change([P], [U], 5)] })).toMatchObject({
      events: ['applied'],
      conversation: { customer_id: 'U' },
    })
    await write({ customer_id: 'P', identities: [P, { id: 'Z', kind: 'user_id' }], events: [said('z1', 6)] })
    expect(await groups()).toEqual([
      ['U', 'U'],
      ['Z', 'P, Z'],
    ])
  })

  test('give up the numbers with a user id that is replaced without one', async () => {
    const { write, groups } = functionsOf(await open())
    await write({ customer_id: 'P', identities: [P, U], events: [said('a1', 1)] })
    const U2 = { id: 'U2', kind: 'user_id' }
    expect(await write({ customer_id: 'U', events: [change([U], [U2], 5), said('a2', 6)] })).toMatchObject({
      events: ['applied', 'stored'],
      conversation: { customer_id: 'U2', version: 1 },
    })
    expect(await groups()).toEqual([['U2', 'P (former), U (former), U2']])
    await write({ customer_id: 'P', identities: [P, U2], events: [said('a3', 7)] })
    expect(await groups()).toEqual([['U2', 'U (former), U2, P']])
  })

  test('apply a notice after the new number has written, and leave a number that another person has', async () => {
    const { write, groups } = functionsOf(await open())
    const N2 = { id: 'N2', kind: 'phone' }
    const first = await write({ customer_id: 'P', identities: [P, U], events: [said('a1', 1)] })
    const second = await write({ customer_id: 'N2', events: [said('a2', 2)] })
    expect(await write({ customer_id: 'P', events: [change([P], [N2], 3)] })).toMatchObject({
      events: ['applied'],
      conversation: { id: first.conversation.id, customer_id: 'N2' },
    })
    expect(await groups()).toEqual([['N2', 'P (former), U, N2']])
    expect(await write({ customer_id: 'N2', events: [said('a2', 2)] })).toMatchObject({
      outcome: 'duplicate',
      conversation: { id: first.conversation.id },
    })
    expect(second.conversation.id).not.toBe(first.conversation.id)
    await write({
      customer_id: 'B',
      identities: [
        { id: 'B', kind: 'phone' },
        { id: 'UB', kind: 'user_id' },
      ],
      events: [said('b1', 4)],
    })
    expect(await write({ customer_id: 'N2', events: [change([N2], [{ id: 'B', kind: 'phone' }], 5)] })).toMatchObject({
      events: ['applied'],
    })
    expect(await groups()).toEqual([
      ['U', 'P (former), U, N2 (former)'],
      ['B', 'B, UB'],
    ])
  })

  test('are written item by item in a bulk: a number changes hands between two of its items', async () => {
    const { write, bulk, groups } = functionsOf(await open())
    const N2 = { id: 'N2', kind: 'phone' }
    const a = await write({ customer_id: 'P', identities: [P, U], events: [said('a1', 1)] })
    const [message, notice, stranger] = await bulk(
      {},
      { customer_id: 'P', events: [said('a2', 2)] },
      { customer_id: 'P', events: [change([P], [N2], 3)] },
      { customer_id: 'P', identities: [P, { id: 'Z', kind: 'user_id' }], events: [said('z1', 4)] },
    )
    expect([message, notice]).toMatchObject([
      { conversation: { id: a.conversation.id, version: 1 } },
      { events: ['applied'], conversation: { id: a.conversation.id, version: 2 } },
    ])
    expect(stranger).toMatchObject({ outcome: 'created', conversation: { customer_id: 'Z', unread_count: 1 } })
    expect(await groups()).toEqual([
      ['N2', 'U, N2'],
      ['Z', 'P, Z'],
    ])
  })

  test('leave nothing of a link whose item fails', async () => {
    const { write, bulk, groups, rows } = functionsOf(await open())
    await write({ customer_id: 'P', events: [said('a1', 1)] })
    await write({ customer_id: 'U', events: [said('a2', 1)] })
    const before = [await rows('contact_inboxes'), await rows('conversations'), await rows('contacts')]
    const failing = { customer_id: 'P', identities: [P, U, { id: 'L', kind: 'lid' }], expected_version: 7, events: [said('a3', 2)] }
    await expect(write(failing)).rejects.toMatchObject({ code: 'CS001' })
    const [failed, written] = await bulk({ atomic: false }, failing, { customer_id: 'Q', events: [said('q1', 1)] })
    expect([failed, written]).toMatchObject([{ failure: { code: 'VERSION_CONFLICT', actual: 0 } }, { outcome: 'created' }])
    expect((await rows('contact_inboxes')).filter((row) => row.customer_id !== 'Q')).toEqual(before[0])
    expect((await rows('conversations')).filter((row) => row.customer_id !== 'Q')).toEqual(before[1])
    expect(await groups()).toHaveLength(3)
  })

  test('are answered alike when the call is sent again', async () => {
    const { bulk, rows } = functionsOf(await open())
    const call = () => bulk({ operation_id: 'same', now: at(9) }, { customer_id: 'P', identities: [P, U], events: [said('a1', 1)] })
    const first = await call()
    expect(await call()).toEqual(first.map(({ conflicts: _, ...result }) => result))
    expect(await rows('conversations')).toMatchObject([{ version: 0 }])
  })

  test('link on receipts too, but never move an id', async () => {
    const { write, groups } = functionsOf(await open())
    await write({ customer_id: 'P', events: [replied('r1', 1)] })
    expect(await write({ customer_id: 'U', identities: [P, U], events: [receipt('r1', 2)] })).toMatchObject({ events: ['applied'] })
    expect(await groups()).toEqual([['P', 'P, U']])
    await write({ customer_id: 'P', events: [change([P], [{ id: 'N2', kind: 'phone' }], 3)] })
    await write({ customer_id: 'P', identities: [P, { id: 'Z', kind: 'user_id' }], events: [receipt('r9', 5)] })
    expect(await groups()).toEqual([['N2', 'P (former), U, N2']])
  })

  test('refuse lists that are none', async () => {
    const { write } = functionsOf(await open())
    for (const identities of [
      'P',
      [P, P],
      [P, { id: 'P2', kind: 'phone' }],
      [{ ...P, more: 1 }],
      [{ id: 'P' }],
      [U],
      Array.from({ length: 9 }, (_, n) => ({ id: n ? `i${n}` : 'P', kind: `k${n}` })),
    ])
      await expect(write({ customer_id: 'P', identities: identities as object[], events: [said('m', 1)] })).rejects.toThrow(
        /conversations\[0\].identities: /,
      )
    for (const event of [change([P], [], 1), { type: 'identity_change' }, change([P, P], [U], 1)])
      await expect(write({ customer_id: 'P', events: [event] })).rejects.toThrow(/conversations\[0\].events\[0\].(current|previous): /)
  })

  test('are linked by a call of the host, which opens nothing', async () => {
    const { write, link, groups, rows } = functionsOf(await open())
    expect(await link(P, U)).toMatchObject({ outcome: 'linked', conflicts: [], identities: [P, U] })
    expect(await link(U, P)).toMatchObject({ outcome: 'unchanged', identities: [P, U] })
    expect(await rows('conversations')).toEqual([])
    const { conversation } = await write({ customer_id: 'U', events: [said('m1', 1)] })
    expect(await rows('conversations')).toMatchObject([{ id: conversation.id, customer_id: 'P', is_linked: true }])
    const L = { id: 'L', kind: 'lid' }
    await write({ customer_id: 'L', events: [said('m1', 1), said('m2', 2)] })
    expect(await link(L, P)).toMatchObject({ outcome: 'linked' })
    expect((await rows('messages', 'message_id')).map((row) => row.message_id)).toEqual(['m1', 'm2'])
    expect(await link(P, { id: 'Z', kind: 'user_id' })).toMatchObject({ outcome: 'conflict', conflicts: [P] })
    expect(await groups()).toEqual([['P', 'P (disputed), U, L']])
    await expect(link()).rejects.toThrow(/identities: /)
  })
})
