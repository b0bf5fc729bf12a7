import fc from 'fast-check'
import { expect, test } from 'vitest'
import { toMessage } from '../../src/model/planning/to-records.js'
import type { StampedEvent } from '../../src/store/adapter.js'
import { type Planning, planning } from './planning-kit.js'
import { deleted, edited, failedToSend, reacted, receipt, replied, said, sending, sent, watermark } from './stamped-events.js'

/**
 * What happens to one message. Minutes count from when the message was said, and each kind of change has minutes of its
 * own.
 */
interface Life {
  readonly kind: 'inbound' | 'echo' | 'reply' | 'reply that carries both ids' | 'failed reply'
  /** Whether the channel also echoes the host's reply. */
  readonly echoed: boolean
  readonly edits: readonly number[]
  readonly deletions: readonly number[]
  readonly reactions: readonly { readonly by: string; readonly emoji: string | null }[]
  readonly receipts: readonly ('sent' | 'delivered' | 'read')[]
}

const life: fc.Arbitrary<Life> = fc.record({
  kind: fc.constantFrom('inbound', 'echo', 'reply', 'reply that carries both ids', 'failed reply'),
  echoed: fc.boolean(),
  edits: fc.uniqueArray(fc.integer({ min: 1, max: 4 }), { maxLength: 3 }),
  deletions: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, fc.uniqueArray(fc.integer({ min: 1, max: 5 }), { maxLength: 2 })),
  reactions: fc.array(fc.record({ by: fc.constantFrom('lan', 'minh'), emoji: fc.constantFrom('👍', '❤️', null) }), { maxLength: 4 }),
  receipts: fc.uniqueArray(fc.constantFrom('sent' as const, 'delivered' as const, 'read' as const)),
})

const span = 100
const watermarks = fc.array(
  fc.record({ status: fc.constantFrom('delivered' as const, 'read' as const), upTo: fc.integer({ min: 0, max: 5 * span }) }),
  { maxLength: 2 },
)

function eventsOf(index: number, { kind, echoed, edits, deletions, reactions, receipts }: Life): StampedEvent[] {
  const start = index * span
  const id = `m${index}`
  const localId = `l${index}`
  const text = `text ${index}`
  const echo = echoed ? [replied(id, start, { text })] : []
  const changes = [
    ...edits.map((number) => edited(id, start + number, `edit ${number}`, number)),
    ...deletions.map((minute) => deleted(id, start + 20 + minute)),
    ...reactions.map(({ by, emoji }, order) => reacted(id, start + 30 + order, emoji, by)),
    ...receipts.map((status, order) => receipt(id, start + 40 + order, status)),
  ]
  switch (kind) {
    case 'inbound':
      return [said(id, start, { text }), ...changes]
    case 'echo':
      return [replied(id, start, { text }), ...changes]
    case 'reply':
      return [sending(localId, start, { text }), sent(localId, id, start), ...echo, ...changes]
    case 'reply that carries both ids':
      return [sending(localId, start, { text }), replied(id, start, { localId, text }), ...echo, ...changes]
    case 'failed reply':
      return [sending(localId, start, { text }), failedToSend(localId, start + 1, 'refused')]
  }
}

const stream = fc
  .record({ lives: fc.array(life, { minLength: 1, maxLength: 5 }), watermarks })
  .map(({ lives, watermarks: marks }) => [
    ...lives.flatMap((each, index) => eventsOf(index, each)),
    ...marks.map(({ status, upTo }) => watermark(status, upTo, 6 * span)),
  ])

/** The stream with every event at least once, in any order. */
const disordered = stream.chain((events) =>
  fc
    .shuffledSubarray(events)
    .chain((again) => fc.shuffledSubarray([...events, ...again], { minLength: events.length + again.length }))
    .map((delivered) => ({ events, delivered })),
)

function deliver(events: readonly StampedEvent[]): Planning {
  const run = planning()
  for (const event of events) run.write([event])
  return run
}

function outcome(run: Planning) {
  return new Map(
    run.messages().map((row) => {
      const { messageId, localId, direction, text, deletedAt, reactions, status } = toMessage(row)
      return [messageId ?? localId, { direction, text, deletedAt, reactions, status }]
    }),
  )
}

test('messages come out the same in whatever order, and however often, their events are delivered', () => {
  fc.assert(
    fc.property(disordered, ({ events, delivered }) => {
      expect(outcome(deliver(delivered))).toEqual(outcome(deliver(events)))
    }),
    { numRuns: 200 },
  )
})

test('in whatever order events are delivered, seqs are never given twice, unread is exact and nothing waits for what is there', () => {
  fc.assert(
    fc.property(disordered, ({ delivered }) => {
      const run = deliver(delivered)
      const messages = run.messages()
      // Each message that came has an event, also the echo that folded later.
      const came = run.events().filter(({ type }) => type === 'message').length
      expect(new Set(messages.map(({ seq }) => seq)).size).toBe(messages.length)
      expect(messages.at(-1)?.seq ?? 0).toBeLessThanOrEqual(came)
      expect(run.events().flatMap(({ eventSeq }) => eventSeq ?? [])).toEqual(
        run.events().flatMap(({ eventSeq }, index) => (eventSeq === null ? [] : index + 1 - run.waiting().length)),
      )
      const conversation = messages.length > 0 ? run.conversation() : null
      expect(conversation?.lastSeq ?? 0).toBe(came)
      expect(conversation?.unreadCount ?? 0).toBe(messages.filter(({ direction }) => direction === 'inbound').length)
      expect(run.waiting()).toEqual([])
      const shown = messages.find(({ id }) => id === conversation?.lastMessageRowId)
      expect(conversation?.lastMessagePreview ?? null).toBe(shown === undefined || shown.text === '' ? null : shown.text)
    }),
    { numRuns: 200 },
  )
})
