import { describe, expect, test } from 'vitest'
import { functionEngines } from './engines.js'
import { change, functionsOf, P, receipt, replied, said, U } from './sql-identities.js'

describe.each(functionEngines)('ids that change on %s', (_, open) => {
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
    const z = await write({ customer_id: 'P', identities: [P, Z], events: [said('old', 9)] })
    expect(z).toMatchObject({ outcome: 'created', conversation: { customer_id: 'Z' } })
    expect(await groups()).toEqual([
      ['N2', 'P (former), U, N2'],
      ['Z', ''],
    ])
    expect(await write({ customer_id: 'P', identities: [P, Z], events: [said('z1', 11)] })).toMatchObject({
      outcome: 'updated',
      conflicts: [],
      conversation: { id: z.conversation.id },
    })
    expect(await groups()).toEqual([
      ['N2', 'U, N2'],
      ['Z', 'Z, P'],
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
      ['Z', 'Z, P'],
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
      ['Z', 'Z, P'],
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
    expect(await groups()).toEqual([['U2', 'P, U (former), U2']])
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
      ['Z', 'Z, P'],
    ])
  })

  test('link on receipts too, but never move an id', async () => {
    const { write, groups } = functionsOf(await open())
    await write({ customer_id: 'P', events: [replied('r1', 1)] })
    expect(await write({ customer_id: 'U', identities: [P, U], events: [receipt('r1', 2)] })).toMatchObject({ events: ['applied'] })
    expect(await groups()).toEqual([['P', 'P, U']])
    await write({ customer_id: 'P', events: [change([P], [{ id: 'N2', kind: 'phone' }], 3)] })
    await write({ customer_id: 'P', identities: [P, { id: 'Z', kind: 'user_id' }], events: [receipt('r9', 5)] })
    expect(await groups()).toEqual([
      ['N2', 'P (former), U, N2'],
      ['Z', ''],
    ])
  })
})
