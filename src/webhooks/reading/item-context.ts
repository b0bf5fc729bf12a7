import type { EventInput, SenderInput } from '../../model/event-inputs.js'
import type { Refused } from './fields.js'

/** What an item is about, before its kind is looked at. */
export interface ItemContext {
  readonly oaId: string
  readonly customerId: string
  /** The inbox wrote it, not the customer: what it sent comes back as an echo. */
  readonly fromInbox: boolean
  readonly standby: boolean
  /** Null where the channel gives no time: then it is the time of receipt. */
  readonly occurredAt: Date | null
}

/** Why something concerns no conversation. */
interface Ignored {
  readonly ignored: string
}

/** What one kind of update says. */
export type Reading = { readonly events: readonly EventInput[] } | Refused | Ignored

/** What one item says, and of whom. */
export type ItemReading = { readonly context: ItemContext; readonly events: readonly EventInput[] } | Refused | Ignored

/** The fields that every event has. */
export function eventBase(context: ItemContext): { readonly occurredAt?: Date; readonly sender?: SenderInput } {
  return {
    ...(context.occurredAt !== null && { occurredAt: context.occurredAt }),
    ...(context.fromInbox && { sender: { id: context.oaId, type: 'agent' } }),
  }
}
