import { describe, expect, test } from 'vitest'
import type { ConversationOperations } from '../../src/store/adapter.js'
import { markCount } from '../contract/aged-marks.js'
import { functionEngines } from './engines.js'
import { stamp } from './seed.js'
import { at, change, functionsOf, P, receipt, said, U } from './sql-identities.js'

describe.each(functionEngines)('identities on %s', (_, open) => {
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
      { id: 'P', kind: 'phone', since: Date.parse(at(2)), former_since: null },
      { id: 'U', kind: 'user_id', since: Date.parse(at(2)), former_since: null, operation_id: 'op2' },
    ])
    expect(await rows('conversations')).toMatchObject([{ is_linked: true, contact_inbox_id: (await rows('contact_inboxes'))[0]?.id }])
  })

  test('take the customer’s own row for the head when all are new, and write on the quick ways when all are known', async () => {
    const { write, groups } = functionsOf(await open())
    const first = await write({ customer_id: 'U', identities: [P, U], events: [said('m1', 1)] })
    expect(first).toMatchObject({ outcome: 'created', conversation: { customer_id: 'U', version: 0 } })
    expect(await groups()).toEqual([['U', 'U, P']])
    for (const customer_id of ['P', 'U'])
      expect(await write({ customer_id, identities: [U, P], events: [said(`m of ${customer_id}`, 2)] })).toMatchObject({
        outcome: 'updated',
      })
    expect(await write({ customer_id: 'P', identities: [U, P], patch: { nickname: 'Lan' } })).toMatchObject({
      outcome: 'updated',
      conversation: { nickname: 'Lan', version: 3 },
    })
  })

  test('join two threads of one person: one holds the other, and nothing is there twice', async () => {
    const { write, rows } = functionsOf(await open())
    const first = await write({ customer_id: 'P', events: [said('m1', 1), said('m2', 2)] })
    const second = await write({ customer_id: 'U', events: [said('m2', 2), said('m3', 3)] })
    const joined = await write({ customer_id: 'U', identities: [P, U], events: [said('m4', 4)] })
    expect(joined).toMatchObject({
      outcome: 'merged',
      conversation: { id: first.conversation.id, customer_id: 'P', version: 1, unread_count: 4 },
    })
    expect(await rows('conversations')).toMatchObject([
      { id: first.conversation.id, status: 'open', merged_parts: [{ id: second.conversation.id, last_seq: 2 }] },
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
    expect((await rows('conversations')).map(({ operations }) => markCount(operations))).toEqual([2, 2])
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

  test('refuse lists that are none', async () => {
    const { write } = functionsOf(await open())
    for (const identities of [
      'P',
      [P, P],
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

  test('are linked by the operation of the port under the row ids that it is given', async () => {
    const scratch = await open()
    const operations = scratch.adapter.operations as ConversationOperations
    const input = { oaId: 'page', identities: [P, U], rowIds: ['row-p', 'row-u'] }
    expect(await operations.linkCustomerIds({ ...stamp(), ...input })).toEqual({
      outcome: 'linked',
      identities: [P, U].map((each) => ({ ...each, formerSince: null })),
      conflicts: [],
    })
    expect((await functionsOf(scratch).rows('contact_inboxes', 'id')).map((row) => [row.id, row.canonical_id])).toEqual([
      ['row-p', null],
      ['row-u', 'row-p'],
    ])
    const before = { ...stamp(), oaId: 'page', identities: [P, U], rowIds: ['x', 'y'], now: new Date() }
    expect(await operations.linkCustomerIds(before)).toMatchObject({ outcome: 'unchanged' })
  })
})
