import { compositeKey } from '../../model/composite-key.js'
import type { CustomerTarget, StampedEvent, UpsertItem } from '../../store/adapter.js'
import type { MongoContext } from '../context.js'
import type { Doc } from '../driver.js'
import { findNow, latestState } from '../find-now.js'
import type { CollectionName } from '../schema/collections.js'
import { changesMessages, eventNeeds, situationNeeds } from './item-needs.js'
import { loadContactInbox, loadDocuments } from './load-needs.js'
import type { LoadedWorld } from './loaded-world.js'
import type { Need } from './needs.js'
import { latestOfOne, type NeedKind, type Query, queriesFor } from './queries.js'

interface Lookup {
  readonly as: string
  readonly from: CollectionName
  readonly stage: Doc
}

/**
 * Loads most of what planning items of one customer will ask, and returns the server's time. One command starts from
 * the customer's contact inbox, because every look-up costs the server as much as a small find. The planner asks later
 * for what is rare: an active conversation that is not the latest. For an unknown customer a second command reads the
 * inbox. Returns null for a customer with several ids, of whom the caller has to load more.
 *
 * When `isTrusting`, an inbound message without an event is assumed to be unknown. It may exist all the same if it was
 * stored in another way. Then the unique index on messages refuses the write, and the call starts again without this
 * assumption.
 */
export async function loadCustomer(
  context: MongoContext,
  world: LoadedWorld,
  { accountId, oaId, customerId }: CustomerTarget & { readonly accountId: string },
  items: readonly UpsertItem[],
  isTrusting: boolean,
): Promise<Date | null> {
  const trusted = isTrusting ? trustedIds(items.flatMap(({ events }) => events)) : noIds
  const lookups = lookupsFor(accountId, oaId, items, trusted)
  const pipeline: Doc[] = [{ $match: { accountId, oa_id: oaId, customer_id: customerId } }, ...lookups.map(({ stage }) => stage)]
  pipeline.push({ $set: { now: '$$NOW' } })
  const [found] = await context.collections.contact_inboxes.aggregate(pipeline, latestState(context)).toArray()
  if (typeof found?.canonical_id === 'string' || found?.scopes !== undefined) return null
  world.answered({ what: 'customer', oaId, customerId })
  world.answered({ what: 'inbox', oaId })
  if (found === undefined) {
    const { doc, serverNow } = await findNow(context, 'inboxes', { accountId, oa_id: oaId })
    if (doc) loadDocuments(world, 'inboxes', [doc])
    return serverNow
  }

  const own = loadContactInbox(world, found)
  for (const { as, from } of lookups) loadDocuments(world, from, found[as] as Doc[])
  world.answered({ what: 'latest conversation', contactInboxId: own.id })
  const [latest] = found.latest as Doc[]
  if (latest === undefined) world.answered({ what: 'active conversation', contactInboxId: own.id })
  for (const item of items) {
    for (const need of [...usernameNeeds(item), ...eventNeeds(item, own.id)]) {
      if (!isTrusted(trusted, need) || isUnknown(world, need)) world.answered(need)
    }
  }
  return found.now as Date
}

const noIds: ReadonlySet<string> = new Set()

/** The ids of inbound messages that no other event of the call asks for. */
function trustedIds(events: readonly StampedEvent[]): ReadonlySet<string> {
  const ids = new Set<string>()
  for (const event of events) {
    if (event.type === 'message' && event.direction === 'inbound' && event.messageId !== null) ids.add(event.messageId)
  }
  for (const event of events) {
    if (event.type === 'message' && event.direction === 'inbound') continue
    if ('messageId' in event && event.messageId !== null) ids.delete(event.messageId)
    if ('targetMessageId' in event && event.targetMessageId !== null) ids.delete(event.targetMessageId)
  }
  return ids
}

function isTrusted(ids: ReadonlySet<string>, need: Need): need is Need & { readonly value: string } {
  return need.what === 'message by message id' && ids.has(need.value)
}

/** Whether no event has the id of a message that was not looked up. */
function isUnknown(world: LoadedWorld, need: Need): boolean {
  return need.what === 'message by message id' && world.events.having(compositeKey('message', need.contactInboxId, need.value)).length === 0
}

function usernameNeeds(item: UpsertItem): readonly Need[] {
  return situationNeeds(item).filter(({ what }) => what === 'username')
}

function lookupsFor(accountId: string, oaId: string, items: readonly UpsertItem[], trusted: ReadonlySet<string>): readonly Lookup[] {
  const own = { accountId }
  const lookup = (
    as: string,
    from: CollectionName,
    pipeline: readonly Doc[],
    referred?: readonly [localField: string, foreignField: string],
  ) => ({
    as,
    from,
    stage: { $lookup: { as, from, ...(referred && { localField: referred[0], foreignField: referred[1] }), pipeline } },
  })
  const asked = questions(items, trusted).map(({ from, match: { contact_inbox_id, ...match }, stages = [] }, index) => {
    const pipeline = [{ $match: { ...own, ...match } }, ...stages]
    return lookup(`asked_${index}`, from, pipeline, contact_inbox_id === undefined ? undefined : ['_id', 'contact_inbox_id'])
  })
  const changed = changesMessages(items) ? asked.filter(({ from }) => from === 'messages') : []
  const isNamed = items.some(({ patch }) => typeof patch.customerName === 'string')
  return [
    lookup('latest', 'conversations', [{ $match: own }, ...latestOfOne], ['_id', 'contact_inbox_id']),
    lookup('inbox', 'inboxes', [{ $match: { ...own, oa_id: oaId } }]),
    ...asked,
    ...changed.map(({ as }) => lookup(`${as}_in`, 'conversations', [{ $match: own }], [`${as}.conversation_id`, '_id'])),
    ...(isNamed ? [lookup('contact', 'contacts', [{ $match: own }], ['contact_id', '_id'])] : []),
  ]
}

/** What the items' usernames and events ask: one query for each kind of question. */
function questions(items: readonly UpsertItem[], trusted: ReadonlySet<string>): readonly Query[] {
  const asked = new Map<NeedKind, Need[]>()
  for (const item of items) {
    for (const need of [...usernameNeeds(item), ...eventNeeds(item, '')]) {
      if (isTrusted(trusted, need)) continue
      const same = asked.get(need.what)
      if (same) same.push(need)
      else asked.set(need.what, [need])
    }
  }
  return [...asked].flatMap(([kind, needs]) => queriesFor(kind, needs))
}
