import type { EventInput, SenderInput } from '../../model/event-inputs.js'
import { field, type Id, type Refused, readId, readTime } from './fields.js'

/** What an item is about, before its kind is looked at. */
export interface ItemContext {
  readonly oaId: string
  readonly customerId: string
  /** The page wrote it: what it sent comes back as an echo. */
  readonly fromPage: boolean
  readonly standby: boolean
  readonly occurredAt: Date | null
  /** The host's own id of a reply, read from the metadata that it gave to the Send API. */
  readonly localIdFromEcho: (metadata: string) => string | null
}

/** What one kind of update says. */
export type Reading = { readonly events: readonly EventInput[] } | Refused | { readonly ignored: string }

/** Who is the page and who the customer goes by the ids: an echo has the page as its sender. */
export function readParticipants(item: unknown, pageId: string): { readonly customerId: string; readonly fromPage: boolean } | Refused {
  const sender = participant(item, 'sender') ?? userRef(field(item, 'optin'), 'optin')
  const recipient = participant(item, 'recipient')
  if (sender === null) return { refused: 'sender.id is missing' }
  if (recipient === null) return { refused: 'recipient.id is missing' }
  if ('refused' in sender) return sender
  if ('refused' in recipient) return recipient
  if (sender.id === recipient.id) return { refused: 'sender.id and recipient.id are the same' }
  if (recipient.id === pageId) return { customerId: sender.id, fromPage: false }
  if (sender.id === pageId) return { customerId: recipient.id, fromPage: true }
  return { refused: 'entry.id and recipient.id disagree' }
}

/** When it happened. `entry.time` is when the batch was sent: later, but the nearest there is. */
export function readOccurredAt(item: unknown, entry: unknown): Date | null {
  return readTime(field(item, 'timestamp')) ?? readTime(field(entry, 'time'))
}

/** The fields that every event has. */
export function eventBase(context: ItemContext): { readonly occurredAt?: Date; readonly sender?: SenderInput } {
  return {
    ...(context.occurredAt !== null && { occurredAt: context.occurredAt }),
    ...(context.fromPage && { sender: { id: context.oaId, type: 'agent' } }),
  }
}

function participant(item: unknown, role: 'sender' | 'recipient'): Id | Refused | null {
  const given = field(item, role)
  return readId(field(given, 'id'), `${role}.id`) ?? userRef(given, role)
}

/** A `user_ref` is no page-scoped id, and must not meet one in the same id space. */
function userRef(given: unknown, role: string): Id | Refused | null {
  const ref = readId(field(given, 'user_ref'), `${role}.user_ref`)
  return ref !== null && 'id' in ref ? { id: `user_ref:${ref.id}` } : ref
}
