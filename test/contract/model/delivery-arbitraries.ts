import fc from 'fast-check'
import type { EventInput } from '../../../src/model/event-inputs.js'
import { contradictingTime, localId, messageId } from './few-values.js'

type Ids = { readonly localId: string; readonly messageId: string }

/** What is told of one reply and of its delivery, as functions of its ids and of a time. */
const told: readonly ((ids: Ids, occurredAt: Date, other: Date) => EventInput)[] = [
  (ids, occurredAt) => ({ type: 'message', direction: 'outbound', localId: ids.localId, occurredAt }),
  (ids, occurredAt) => ({ type: 'message', direction: 'outbound', messageId: ids.messageId, occurredAt }),
  (ids, occurredAt) => ({ type: 'message', direction: 'outbound', ...ids, occurredAt }),
  (ids, occurredAt) => ({ type: 'message_sent', ...ids, occurredAt }),
  (ids, occurredAt, other) => ({ type: 'message_sent', ...ids, occurredAt, eventId: `sent-${other.getTime()}` }),
  (ids, occurredAt) => ({ type: 'message_failed', localId: ids.localId, error: 'refused', occurredAt }),
  ...(['sent', 'delivered', 'read', 'failed'] as const).map(
    (status) =>
      ({ messageId: id }: Ids, occurredAt: Date): EventInput => ({
        type: 'receipt',
        status,
        messageIds: [id],
        occurredAt,
        ...(status === 'failed' && { error: 'undeliverable' }),
      }),
  ),
  ...(['delivered', 'read'] as const).map(
    (status) =>
      (_: Ids, occurredAt: Date, watermark: Date): EventInput => ({ type: 'receipt', status, watermark, occurredAt }),
  ),
]

/** What is told of one reply, at times that contradict the order in which it comes, in one call or in several. */
export const deliveries: fc.Arbitrary<readonly (readonly EventInput[])[]> = fc
  .tuple(
    fc.record({ localId, messageId }),
    fc.array(fc.tuple(fc.nat(told.length - 1), contradictingTime, contradictingTime, fc.boolean()), { minLength: 3, maxLength: 8 }),
  )
  .map(([ids, parts]) => {
    const calls: EventInput[][] = []
    for (const [kind, occurredAt, other, joins] of parts) {
      const event = told[kind]?.(ids, occurredAt, other)
      if (event === undefined) continue
      const last = calls.at(-1)
      if (joins && last !== undefined) last.push(event)
      else calls.push([event])
    }
    return calls
  })
