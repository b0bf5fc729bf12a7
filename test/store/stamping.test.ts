import { describe, expect, it } from 'vitest'
import type { EventInput } from '../../src/model/event-inputs.js'
import type { EventOutcome, StampedEvent } from '../../src/store/adapter.js'
import { createConversationStore } from '../../src/store/create-conversation-store.js'
import { present } from '../contract/present.js'
import { conversation, recordingAdapter } from './recording-adapter.js'

import { key, keysOf, occurredAt, stamped, stampedItem } from './stamped.js'

describe('stamping an item', () => {
  it('gives every row, every item and the call an id of its own, from the given maker', async () => {
    let made = 0
    const adapter = recordingAdapter()
    const store = createConversationStore({ adapter, newId: () => `id-${++made}`, clock: () => occurredAt, onClosed: 'reopen' })
    const events: EventInput[] = [
      { type: 'message', messageId: 'm1' },
      { type: 'message_delete', targetMessageId: 'm0' },
    ]
    await store.forAccount('acme').bulkUpsertConversationsWithEvents({ conversations: [{ ...key, events }, key] })
    const { operationId, now, atomic, items } = present(adapter.sent('upsertConversations')[0])
    const ids = items.flatMap((item) => [item.operationId, ...Object.values(item.ids).flat(), ...item.events.map(({ id }) => id)])
    expect(new Set([operationId, ...ids]).size).toBe(11)
    for (const id of [operationId, ...ids]) expect(id).toMatch(/^id-\d+$/)
    expect({ now, atomic }).toEqual({ now: occurredAt, atomic: true })
    expect(items[0]?.defaultOnClosed).toBe('reopen')
  })

  it('takes the time of the database when no clock is given', async () => {
    const adapter = recordingAdapter()
    await createConversationStore({ adapter }).forAccount('acme').upsertConversation(key)
    expect(adapter.calls[0]?.input).toMatchObject({ now: null, firstSentAt: null, atomic: true })
  })

  it('patches with the keys that are there: null clears, undefined is left out', async () => {
    const { patch } = await stampedItem([], { nickname: null, customerName: 'Lan', chatbotId: undefined as never })
    expect(Object.entries(patch)).toEqual([
      ['nickname', null],
      ['customerName', 'Lan'],
    ])
  })

  it('defaults what is left out to null', async () => {
    const item = await stampedItem([])
    expect(item).toMatchObject({
      channel: null,
      expectedVersion: null,
      onClosed: null,
      defaultOnClosed: 'new',
      usernameKey: null,
      events: [],
    })
  })

  it.each([
    ['@Lan.Nguyen', 'lan.nguyen'],
    ['  @Lan ', 'lan'],
    ['lan', 'lan'],
    ['ĐÀO', 'đào'],
  ])('matches the username %j as %j', async (customerUsername, usernameKey) => {
    expect((await stampedItem([], { customerUsername, matchUsername: true })).usernameKey).toBe(usernameKey)
    expect((await stampedItem([], { customerUsername, matchUsername: false })).usernameKey).toBeNull()
  })
})

describe('stamping an event', () => {
  it('defaults a message to an inbound one of the customer', async () => {
    const [message] = await stamped({ type: 'message', messageId: 'm1' })
    expect(message).toMatchObject({
      type: 'message',
      messageId: 'm1',
      localId: null,
      direction: 'inbound',
      sender: { id: 'customer', type: 'customer', name: null },
      occurredAt: null,
      text: '',
      attachments: [],
      replyTo: null,
      metadata: null,
    })
  })

  it.each<[EventInput, StampedEvent['sender']]>([
    [
      { type: 'message', localId: 'l', direction: 'outbound' },
      { id: null, type: 'agent', name: null },
    ],
    [
      { type: 'message', messageId: 'm', sender: { name: 'Lan' } },
      { id: 'customer', type: 'customer', name: 'Lan' },
    ],
    [
      { type: 'message', messageId: 'm', sender: { id: null } },
      { id: null, type: 'customer', name: null },
    ],
    [
      { type: 'message', messageId: 'm', direction: 'outbound', sender: { id: 'b', type: 'bot' } },
      { id: 'b', type: 'bot', name: null },
    ],
    [
      { type: 'message', messageId: 'm', direction: 'outbound', sender: { type: 'bot' } },
      { id: null, type: 'bot', name: null },
    ],
    [
      { type: 'reaction', targetMessageId: 'm', emoji: '👍' },
      { id: 'customer', type: 'customer', name: null },
    ],
    [
      { type: 'message_sent', localId: 'l', messageId: 'm' },
      { id: null, type: 'agent', name: null },
    ],
  ])('says who did it: %j', async (event, sender) => {
    expect((await stamped(event))[0]?.sender).toEqual(sender)
  })

  it('completes attachments, and keeps a reaction that is taken away as one without emoji', async () => {
    const [message, removal] = await stamped(
      { type: 'message', messageId: 'm', attachments: [{ type: 'image', url: 'https://example.com/a.png' }] },
      { type: 'reaction', targetMessageId: 'm', action: 'remove', emoji: '👍' },
    )
    expect(message).toMatchObject({ attachments: [{ type: 'image', url: 'https://example.com/a.png', name: null, payload: null }] })
    expect(removal).toMatchObject({ type: 'reaction', emoji: null })
  })
})

describe('a receipt', () => {
  const receipt = { type: 'receipt', status: 'read', messageIds: ['m1', 'm2', 'm1'], watermark: occurredAt, eventId: 'e' } as const

  it('becomes one for each message it names, and one for its watermark', async () => {
    const events = await stamped(receipt)
    expect(events.map((event) => ('targetMessageId' in event ? event.targetMessageId : event.type))).toEqual(['m1', 'm2', 'watermark'])
    expect(events[2]).toMatchObject({ status: 'read', watermark: occurredAt })
    expect(new Set(events.map(({ dedupeKey }) => dedupeKey)).size).toBe(3)
    expect(new Set(events.map(({ id }) => id)).size).toBe(3)
  })

  it('keeps the key of each part when another part is left out', async () => {
    const [all, one] = [await keysOf(receipt), await keysOf({ ...receipt, messageIds: ['m2'] })]
    expect(one).toEqual(all.slice(1))
  })

  it.each<[EventOutcome[], EventOutcome]>([
    [['applied', 'applied', 'applied'], 'applied'],
    [['applied', 'unchanged', 'duplicate'], 'applied'],
    [['applied', 'waiting', 'unchanged'], 'waiting'],
    [['duplicate', 'duplicate', 'duplicate'], 'duplicate'],
    [['duplicate', 'unchanged', 'duplicate'], 'unchanged'],
    [['unchanged', 'unchanged', 'unchanged'], 'unchanged'],
  ])('is reported once for its parts: %j is %s', async (parts, outcome) => {
    const adapter = recordingAdapter({
      upsertConversations: () => [{ ok: true, outcome: 'updated', conversation, events: ['duplicate', ...parts, 'stored'] }],
    })
    const events: EventInput[] = [{ type: 'message', messageId: 'a' }, receipt, { type: 'message', messageId: 'b' }]
    const result = await createConversationStore({ adapter })
      .forAccount('acme')
      .upsertConversationWithEvents({ ...key, events })
    expect(result.events).toEqual([{ outcome: 'duplicate' }, { outcome }, { outcome: 'stored' }])
    expect(result.duplicates).toBe(outcome === 'duplicate' ? 2 : 1)
  })
})
