import { compositeKey } from '../../model/composite-key.js'
import type { ContactInboxRow, ConversationRow, EventRow } from '../../model/planning/rows.js'
import type { CustomerTarget, StampedEvent, UpsertItem } from '../../store/adapter.js'
import type { MongoContext } from '../context.js'
import { conversationRow } from '../documents/conversations.js'
import type { Doc } from '../driver.js'
import { latestState } from '../find-now.js'
import { targetFilter } from '../find-target.js'
import { loadDocuments, loadNeeds } from './load-needs.js'
import { type CallTimes, differentTimes, waitingNeeds } from './load-waiting.js'
import { type LoadedWorld, loadedWorld } from './loaded-world.js'
import type { Need } from './needs.js'

interface InboundMessage {
  readonly messageId: string
}

/**
 * Loads what planning new inbound messages will ask. One command reads the customer's active conversation, which tells
 * everything about the contact inbox that such messages need. Returns the server's time, or null if there is more to
 * ask: when there is no active conversation, when the customer is an alias, and when an event waits for the messages.
 * Calls that are sent again do not come here, because they also look for their operation in the latest conversation.
 *
 * An inbound message without an event is assumed to be unknown. It may exist all the same if it was stored in another
 * way. Then the unique index on messages refuses the write, and the call starts again without this assumption.
 */
export async function loadActive(
  context: MongoContext,
  world: LoadedWorld,
  customer: CustomerTarget & { readonly accountId: string },
  items: readonly UpsertItem[],
  times: CallTimes,
): Promise<Date | null> {
  const { accountId, oaId } = customer
  const ids = [...new Set(items.flatMap(({ events }) => events.filter(isInboundMessage).map(({ messageId }) => messageId)))]
  // The inbox is asked for a channel only if the conversation has no channel of its own.
  const key = compositeKey(accountId, oaId)
  const asksInbox = context.unconnected.has(key)
  const lookup = (as: string, match: Doc, stages: readonly Doc[] = []) => ({
    $lookup: {
      as,
      from: 'contact_interaction_events',
      localField: 'contact_inbox_id',
      foreignField: 'contact_inbox_id',
      pipeline: [{ $match: { accountId, ...match } }, ...stages],
    },
  })
  const [found] = await context.collections.conversations
    .aggregate(
      [
        { $match: targetFilter(accountId, customer) },
        lookup('known', { message_id: { $in: ids } }),
        lookup('waits', { waiting: true }, [{ $limit: 1 }]),
        ...(asksInbox ? [{ $lookup: { as: 'inbox', from: 'inboxes', pipeline: [{ $match: { accountId, oa_id: oaId } }] } }] : []),
        { $set: { now: '$$NOW' } },
      ],
      latestState(context),
    )
    .toArray()
  if (found === undefined) return null
  const row = conversationRow(found)
  if (row.isLinked) return null
  const { contactInboxId } = row
  const waits = found.waits as Doc[]
  const needs =
    waits.length === 0 ? [] : items.flatMap((item) => waitingNeeds(item, contactInboxId, differentTimes(times, found.now as Date)))
  const waiting = await waitingRows(context, accountId, contactInboxId, needs)
  if (waiting.some((event) => concerns(event, ids))) return null

  const known = found.known as Doc[]
  world.conversations.load(row)
  world.contactInboxes.load(contactInboxOf(row))
  loadDocuments(world, 'contact_interaction_events', [...known, ...waits])
  for (const event of waiting) world.events.load(event)
  if (asksInbox) {
    const inboxes = found.inbox as Doc[]
    loadDocuments(world, 'inboxes', inboxes)
    world.answered({ what: 'inbox', oaId })
    if (inboxes.length > 0) context.unconnected.delete(key)
  } else if (row.channel === 'api') context.unconnected.add(key)

  const knownIds = new Set(known.map(({ message_id }) => message_id))
  const answered = (need: Need) => world.answered(need)
  answered({ what: 'latest conversation', contactInboxId })
  answered({ what: 'waiting for conversation', contactInboxId })
  answered({ what: 'anything waiting', contactInboxId })
  for (const value of ids) {
    answered({ what: 'event by message id', contactInboxId, value })
    answered({ what: 'waiting for message', contactInboxId, value })
    if (!knownIds.has(value)) answered({ what: 'message by message id', contactInboxId, value })
  }
  for (const need of needs) answered(need)
  return found.now as Date
}

/**
 * What the needs find among the events that wait. They are loaded beside the world, because the contact inbox of a
 * world that applies one of them has to be complete.
 */
async function waitingRows(
  context: MongoContext,
  accountId: string,
  contactInboxId: string,
  needs: readonly Need[],
): Promise<readonly EventRow[]> {
  if (needs.length === 0) return []
  const beside = loadedWorld()
  await loadNeeds(context, beside, accountId, needs)
  return beside.waitingUnder(contactInboxId)
}

function concerns({ targetMessageId, localId }: EventRow, messageIds: readonly string[]): boolean {
  return targetMessageId === null ? localId === null : messageIds.includes(targetMessageId)
}

/** Whether an item contains only new inbound messages, and names nothing that is stored outside the conversation. */
export function isInboundOnly({ channel, usernameKey, identities, patch, events }: UpsertItem): boolean {
  return (
    channel === null &&
    usernameKey === null &&
    identities.length === 0 &&
    typeof patch.customerName !== 'string' &&
    events.length > 0 &&
    events.every(isInboundMessage)
  )
}

function isInboundMessage(event: StampedEvent): event is StampedEvent & InboundMessage {
  return event.type === 'message' && event.direction === 'inbound' && event.messageId !== null && event.localId === null
}

/** The conversation's contact inbox, without its watermarks, which only outbound messages need, and its count. */
function contactInboxOf({ contactInboxId, accountId, oaId, customerId, contactId, channel, createdAt }: ConversationRow): ContactInboxRow {
  const unread = { deliveredWatermark: null, readWatermark: null, droppedEvents: 0 }
  return {
    id: contactInboxId,
    accountId,
    oaId,
    customerId,
    contactId,
    canonicalId: null,
    scopes: null,
    identities: null,
    previousHeadId: null,
    channel,
    ...unread,
    createdAt,
  }
}
