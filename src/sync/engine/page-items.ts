import type { EventInput } from '../../model/event-inputs.js'
import type { BulkUpsertInput } from '../../store/inputs.js'
import type { HistoryConversation, HistorySource, LeftOut } from '../source.js'
import type { CheckedOptions } from './checked-options.js'

type Item = BulkUpsertInput['conversations'][number]

/** What is written of a page. A conversation without anything that can be read opens nothing. */
export function itemsOf(
  conversations: readonly HistoryConversation[],
  { oaId, liveSince, opens }: Pick<CheckedOptions, 'oaId' | 'liveSince' | 'opens'>,
  { channel }: Pick<HistorySource, 'channel'>,
): readonly Item[] {
  return conversations
    .filter(({ events }) => events.length > 0)
    .map(({ customerId, identities, customerName, customerUsername, events }): Item => {
      const marked = liveSince === null ? null : events.map((event) => withHistory(event, liveSince))
      return {
        oaId,
        customerId,
        ...(identities !== undefined && { identities }),
        ...(customerName !== undefined && { customerName }),
        ...(customerUsername !== undefined && { customerUsername }),
        ...(channel !== undefined && { channel }),
        ...(marked === null ? { events, history: true, opens } : withLive(marked, opens)),
      }
    })
}

/** A write says of single events that they are history where others are live. */
function withLive(events: readonly EventInput[], opens: 'open' | 'closed'): Pick<Item, 'events' | 'opens'> {
  const hasHistory = events.some((event) => 'history' in event && event.history === true)
  return hasHistory ? { events, opens } : { events }
}

/** An event that is later than the outage began is live. Receipts and the like are never history. */
function withHistory(event: EventInput, liveSince: Date): EventInput {
  if (!canBeHistory(event)) return event
  const isLive = event.occurredAt !== undefined && event.occurredAt > liveSince
  return isLive ? event : { ...event, history: true }
}

const facts: readonly string[] = ['message', 'postback', 'referral', 'optin', 'handover']

function canBeHistory(event: EventInput): event is Extract<EventInput, { readonly history?: boolean }> {
  return facts.includes(event.type) || event.type.startsWith('custom:')
}

export function countOf(leftOut: readonly LeftOut[]): number {
  return leftOut.reduce((sum, { count }) => sum + count, 0)
}
