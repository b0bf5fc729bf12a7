import { isChatScoped } from '../../model/channels.js'
import { compositeKey } from '../../model/composite-key.js'
import { idsOf } from '../../model/planning/follow-redirects.js'
import type { ContactInboxRow, ConversationRow, EventRow } from '../../model/planning/rows.js'
import type { CustomerTarget, StampedEvent, UpsertItem } from '../../store/adapter.js'
import type { MongoContext } from '../context.js'
import { contactInboxRow } from '../documents/contact-inboxes.js'
import { conversationRow } from '../documents/conversations.js'
import { list } from '../documents/fields.js'
import { type Group, groupOf } from '../documents/groups.js'
import type { Doc } from '../driver.js'
import { latestState } from '../find-now.js'
import { targetFilter } from '../find-target.js'
import { knownHead } from '../known-heads.js'
import type { CollectionName } from '../schema/collections.js'
import { loadContactInbox, loadDocuments, loadNeeds } from './load-needs.js'
import { type CallTimes, differentTimes, waitingNeeds } from './load-waiting.js'
import { type LoadedWorld, loadedWorld } from './loaded-world.js'
import type { Need } from './needs.js'

interface InboundMessage {
  readonly messageId: string
}

/**
 * Loads what planning new inbound messages will ask. One command reads the customer's active conversation, which tells
 * everything about the contact inboxes that such messages need. Returns the server's time, or null if there is more to
 * ask: when there is no active conversation, when the customer has several ids that this process does not know yet, and
 * when an event waits for the messages. Calls that are sent again do not come here, because they also look for their
 * operation in the latest conversation.
 *
 * An inbound message without an event is assumed to be unknown. It may exist all the same if it was stored in another
 * way. Then the unique index on messages refuses the write, and the call starts again without this assumption. The
 * index holds for one contact inbox, so nothing is assumed where messages are stored under several of them.
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
  const known = knownHead(context, accountId, customer)
  const isWide = known?.isWide === true
  // The inbox is asked for a channel only if the conversation has no channel of its own.
  const key = compositeKey(accountId, oaId)
  const asksInbox = context.unconnected.has(key)
  const lookup = (as: string, from: CollectionName, match: Doc, stages: readonly Doc[] = []) => ({
    $lookup: {
      as,
      from,
      localField: isWide ? 'group.scopes' : 'contact_inbox_id',
      foreignField: 'contact_inbox_id',
      pipeline: [{ $match: { accountId, ...match } }, ...stages],
    },
  })
  const [found] = await context.collections.conversations
    .aggregate(
      [
        { $match: targetFilter(context, accountId, customer) },
        lookup('known', 'contact_interaction_events', { message_id: { $in: ids } }),
        lookup('waits', 'contact_interaction_events', { waiting: true }, [{ $limit: 1 }]),
        ...(isWide ? [lookup('stored', 'messages', { message_id: { $in: ids } })] : []),
        ...(known?.isLinked ? [headLookup(accountId)] : []),
        ...(asksInbox ? [{ $lookup: { as: 'inbox', from: 'inboxes', pipeline: [{ $match: { accountId, oa_id: oaId } }] } }] : []),
        { $set: { now: '$$NOW' } },
      ],
      latestState(context),
    )
    .toArray()
  if (found === undefined) return null
  const row = conversationRow(found)
  const { contactInboxId } = row
  const [head = null] = list(found.head)
  const people = peopleOf(row, groupOf(found), head && contactInboxRow(head), items)
  const waits = found.waits as Doc[]
  if (people === null || people.scopes.length > 1 !== isWide || (isWide && waits.length > 0)) return null
  const needs =
    waits.length === 0 ? [] : items.flatMap((item) => waitingNeeds(item, contactInboxId, differentTimes(times, found.now as Date)))
  const waiting = await waitingRows(context, accountId, contactInboxId, needs)
  if (waiting.some((event) => concerns(event, ids))) return null

  const stored = found.known as Doc[]
  world.conversations.load(row)
  if (head) loadContactInbox(world, head)
  for (const contactInbox of people.rows) world.contactInboxes.load(contactInbox)
  loadDocuments(world, 'contact_interaction_events', [...stored, ...waits])
  loadDocuments(world, 'messages', (found.stored ?? []) as Doc[])
  for (const event of waiting) world.events.load(event)
  if (asksInbox) {
    const inboxes = found.inbox as Doc[]
    loadDocuments(world, 'inboxes', inboxes)
    world.answered({ what: 'inbox', oaId })
    if (inboxes.length > 0) context.unconnected.delete(key)
  } else if (row.channel === 'api') context.unconnected.add(key)

  const knownIds = new Set(stored.map(({ message_id }) => message_id))
  const answered = (need: Need) => world.answered(need)
  answered({ what: 'latest conversation', contactInboxId })
  for (const scope of people.scopes) {
    answered({ what: 'waiting for conversation', contactInboxId: scope })
    answered({ what: 'anything waiting', contactInboxId: scope })
    for (const value of ids) {
      answered({ what: 'event by message id', contactInboxId: scope, value })
      answered({ what: 'waiting for message', contactInboxId: scope, value })
      if (isWide || !knownIds.has(value)) answered({ what: 'message by message id', contactInboxId: scope, value })
    }
  }
  for (const need of needs) answered(need)
  return found.now as Date
}

/** The head of a customer of whom more is known than one id. It tells whom to answer, and which ids are whose. */
function headLookup(accountId: string): Doc {
  const pipeline = [{ $match: { accountId } }]
  return { $lookup: { as: 'head', from: 'contact_inboxes', localField: 'contact_inbox_id', foreignField: '_id', pipeline } }
}

interface People {
  /** The contact inbox of the head, and those of the ids that the items name. */
  readonly rows: readonly ContactInboxRow[]
  readonly scopes: readonly string[]
}

/**
 * What the conversation tells of the customer and of the customer's head. Null where that is not enough: where the
 * conversation asks a head that was not loaded, where an item may tell anything new of the customer's ids, and for an
 * alias on a channel on which its messages are its own.
 */
function peopleOf(row: ConversationRow, group: Group | null, found: ContactInboxRow | null, items: readonly UpsertItem[]): People | null {
  if (row.isLinked && found === null) return null
  const scopes = group?.scopes ?? [row.contactInboxId]
  const head = found ?? contactInboxOf(row, scopes)
  if (!items.every(({ identities }) => identities.every(({ id }) => isSettled(head, id)))) return null
  const others = [...new Set(items.flatMap(idsOf))].filter((id) => id !== row.customerId)
  const aliases = others.flatMap((id) => group?.aliases.find(({ customerId }) => customerId === id) ?? [])
  if (aliases.length < others.length || (others.length > 0 && isChatScoped(row.channel))) return null
  return { rows: [head, ...aliases.map((alias) => ({ ...head, ...alias, canonicalId: head.id, scopes: null, identities: null }))], scopes }
}

/**
 * Whether an id is known to be this person's, with its kind and since when, so that no payload which names it tells
 * anything new.
 */
function isSettled({ identities }: ContactInboxRow, id: string): boolean {
  const mark = identities?.find((each) => each.id === id)
  if (mark === undefined || (mark.since === null && mark.movedAt === null)) return false
  return mark.kind !== null && mark.formerSince === null && mark.disputedSince === null
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
export function isInboundOnly({ channel, usernameKey, patch, events }: UpsertItem): boolean {
  return (
    channel === null &&
    usernameKey === null &&
    typeof patch.customerName !== 'string' &&
    events.length > 0 &&
    events.every(isInboundMessage)
  )
}

function isInboundMessage(event: StampedEvent): event is StampedEvent & InboundMessage {
  return event.type === 'message' && event.direction === 'inbound' && event.messageId !== null && event.localId === null
}

/** The conversation's contact inbox, without its watermarks, which only outbound messages need, and its count. */
function contactInboxOf(row: ConversationRow, scopes: readonly string[]): ContactInboxRow {
  const { contactInboxId: id, accountId, oaId, customerId, contactId, channel, createdAt } = row
  return {
    id,
    accountId,
    oaId,
    customerId,
    contactId,
    channel,
    createdAt,
    deliveredWatermark: null,
    readWatermark: null,
    droppedEvents: 0,
    canonicalId: null,
    scopes: scopes.length > 1 ? scopes : null,
    identities: null,
    previousHeadId: null,
  }
}
