import { describe, expect, it } from 'vitest'
import type { EventInput } from '../../src/model/event-inputs.js'

import { keysOf, occurredAt } from './stamped.js'

describe('the key that tells an event from others', () => {
  const postback = { type: 'postback', occurredAt } as const

  it('is the same for the same content in another order', async () => {
    const [one] = await keysOf({ ...postback, payload: { a: 1, b: { c: [1, 2], d: null } } })
    const [two] = await keysOf({ ...postback, payload: { b: { d: null, c: [1, 2] }, a: 1 } })
    expect(two).toBe(one)
  })

  const different: readonly EventInput[] = [
    { ...postback, payload: { a: 1 } },
    { ...postback, payload: { a: '1' } },
    { ...postback, payload: { a: [1] } },
    { ...postback, payload: null },
    { ...postback, payload: { a: 1 }, occurredAt: new Date(occurredAt.getTime() + 1) },
    { ...postback, payload: { a: 1 }, sender: { id: 'other' } },
    { ...postback, payload: { a: 1 }, eventId: 'e1' },
    { ...postback, payload: { a: 1 }, eventId: 'e2' },
    { ...postback, payload: { a: 1 }, messageId: 'm1' },
    { type: 'referral', occurredAt, payload: { a: 1 } },
    { type: 'referral', occurredAt, payload: { a: 1 }, direction: 'outbound' },
    { type: 'custom:referral', occurredAt, payload: { a: 1 } },
    { type: 'message', messageId: 'm1' },
    { type: 'message', messageId: 'm2' },
    { type: 'message', localId: 'm3' },
    { type: 'message_edit', occurredAt, targetMessageId: 'm1', text: 'a' },
    { type: 'message_edit', occurredAt, targetMessageId: 'm1', text: 'b' },
    { type: 'message_edit', occurredAt, targetMessageId: 'm1', text: 'a', editNumber: 1 },
    { type: 'message_edit', occurredAt, targetMessageId: 'm2', text: 'a' },
    { type: 'message_delete', occurredAt, targetMessageId: 'm1' },
    { type: 'reaction', occurredAt, targetMessageId: 'm1', emoji: '👍' },
    { type: 'reaction', occurredAt, targetMessageId: 'm1', emoji: '❤️' },
    { type: 'reaction', occurredAt, targetMessageId: 'm1', action: 'remove' },
    { type: 'receipt', occurredAt, status: 'read', messageIds: ['m1'] },
    { type: 'receipt', occurredAt, status: 'delivered', messageIds: ['m1'] },
    { type: 'receipt', occurredAt, status: 'delivered', messageIds: ['m2'] },
    { type: 'receipt', occurredAt, status: 'read', watermark: occurredAt },
    { type: 'receipt', occurredAt, status: 'read', watermark: new Date(0) },
    { type: 'message_sent', localId: 'l1', messageId: 'm8' },
    { type: 'message_sent', localId: 'l2', messageId: 'm9' },
    { type: 'message_failed', occurredAt, localId: 'l1' },
    { type: 'message_failed', occurredAt, localId: 'l2' },
  ]

  it('differs wherever the events do', async () => {
    const keys = await keysOf(...different)
    expect(new Set(keys).size).toBe(different.length)
  })

  it('is found again when the same event is told again', async () => {
    expect(await keysOf(...different)).toEqual(await keysOf(...different))
  })

  it('is the id of the event where it has one, whatever else changes', async () => {
    const [one, two] = await keysOf({ ...postback, eventId: 'e' }, { type: 'postback', eventId: 'e', payload: { a: 1 } })
    expect([one, two]).toEqual(['id:e', 'id:e'])
  })

  it('is that of the message for a message, however it is told', async () => {
    const [first] = await keysOf({ type: 'message', messageId: 'm', text: 'a', occurredAt, eventId: 'delivery-1' })
    expect(await keysOf({ type: 'message', messageId: 'm', localId: 'l', text: 'b', eventId: 'delivery-2' })).toEqual([first])
  })

  it('fits into an index, however long the id is', async () => {
    const [long, longer] = await keysOf({ ...postback, eventId: 'e'.repeat(512) }, { ...postback, eventId: `${'e'.repeat(511)}f` })
    expect(Buffer.byteLength(long ?? '')).toBeLessThanOrEqual(512)
    expect(long).not.toBe(longer)
  })

  it.each<EventInput>([
    { type: 'postback', payload: { a: 1 } },
    { type: 'message_delete', targetMessageId: 'm' },
    { type: 'receipt', status: 'read', messageIds: ['m'] },
    { type: 'optin' },
  ])('is a new one each time for what has neither a time nor an id: %j', async (event) => {
    const [one, two] = await keysOf(event, event)
    expect(one).not.toBe(two)
  })

  it('needs no time where the event carries a message id of its own', async () => {
    const events: EventInput[] = [
      { type: 'postback', messageId: 'm' },
      { type: 'message_sent', localId: 'l', messageId: 'm' },
    ]
    expect(await keysOf(...events)).toEqual(await keysOf(...events))
  })
})
