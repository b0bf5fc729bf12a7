import type { EventInput, SenderInput } from '../../model/event-inputs.js'
import type { NormalizedItem } from '../normalized-webhook.js'
import type { Refused } from './fields.js'

/** What is known about an item before its kind is read. */
export interface ItemContext
  extends Pick<
    NormalizedItem,
    'oaId' | 'customerId' | 'channel' | 'provider' | 'displayPhone' | 'identities' | 'customerName' | 'history' | 'otherwise'
  > {
  /** True when the inbox wrote it and not the customer: what the inbox sent comes back as an echo. */
  readonly fromInbox: boolean
  readonly standby: boolean
  /** Null when the channel gives no time. The event then gets the time at which it is received. */
  readonly occurredAt: Date | null
}

/** Why something concerns no conversation. */
interface Ignored {
  readonly ignored: string
}

/** What one kind of update says. */
export type Reading = { readonly events: readonly EventInput[] } | Refused | Ignored

/** What one item says, and whom it concerns. */
export type ItemReading = { readonly context: ItemContext; readonly events: readonly EventInput[] } | Refused | Ignored

/** The fields that every event has. */
export function eventBase(context: ItemContext): { readonly occurredAt?: Date; readonly sender?: SenderInput } {
  return {
    ...(context.occurredAt !== null && { occurredAt: context.occurredAt }),
    ...(context.fromInbox && { sender: { id: context.oaId, type: 'agent' } }),
  }
}
