import type { ContactInboxRow } from '../../model/planning/rows.js'
import type { CustomerTarget, UpsertItem } from '../../store/adapter.js'
import type { MongoContext } from '../context.js'
import { contactInboxRow } from '../documents/contact-inboxes.js'
import type { Doc } from '../driver.js'
import { latestState } from '../find-now.js'
import { knownHead, noteHead } from '../known-heads.js'
import type { CollectionName } from '../schema/collections.js'
import { changesMessages, eventNeeds, possibleScopes, situationNeeds } from './item-needs.js'
import { isInboundOnly, loadActive } from './load-active.js'
import { loadCustomer } from './load-customer.js'
import { loadContactInbox, loadDocuments, loadNeeds } from './load-needs.js'
import { type CallTimes, differentTimes, loadWaiting } from './load-waiting.js'
import type { LoadedWorld } from './loaded-world.js'
import type { Need } from './needs.js'
import { anyOf, latestOfEach, type NeedKind, queriesFor } from './queries.js'

/**
 * `at once` is one command for all questions, and `stepwise` is one command for each kind of question. `trusting` loads
 * at once too, and leaves some questions to a unique index. If the index refuses the write, the transaction starts
 * again without trust.
 */
export type Loading = 'trusting' | 'at once' | 'stepwise'

/**
 * Loads what planning these items will ask, and returns the server's time.
 *
 * Loading at once is one command: a `$facet` always gives one document, even if the customers are unknown, and each
 * collection is looked up from it. (The server refuses a `$unionWith` in a transaction.) Loading stepwise is for cases
 * in which that is impossible: a sharded cluster before 8.0 refuses a look-up in a transaction, and the one document
 * cannot be larger than 16 MiB.
 */
export async function loadItems(
  context: MongoContext,
  world: LoadedWorld,
  accountId: string,
  items: readonly UpsertItem[],
  loading: Loading,
  times: CallTimes,
): Promise<Date> {
  const serverNow = await loadSituation(context, world, accountId, items, loading, times)
  noteHeads(context, world, accountId, items)
  await loadWaiting(context, world, accountId, items, differentTimes(times, serverNow))
  return serverNow
}

async function loadSituation(
  context: MongoContext,
  world: LoadedWorld,
  accountId: string,
  items: readonly UpsertItem[],
  loading: Loading,
  times: CallTimes,
): Promise<Date> {
  if (loading === 'stepwise') return loadStepwise(context, world, accountId, items)
  const customer = onlyCustomer(items)
  if (customer === null) return loadAtOnce(context, world, accountId, items)
  if (loading === 'trusting' && items.every(isInboundOnly)) {
    const now = await loadActive(context, world, { accountId, ...customer }, items, times)
    return now ?? loadAtOnce(context, world, accountId, items)
  }
  const isAlone = knownHead(context, accountId, customer) === null
  const now = isAlone ? await loadCustomer(context, world, { accountId, ...customer }, items, loading === 'trusting') : null
  return now ?? loadAtOnce(context, world, accountId, items)
}

/** Remembers which of the customers have several ids, and under which one their conversations are. */
function noteHeads(context: MongoContext, world: LoadedWorld, accountId: string, items: readonly UpsertItem[]): void {
  for (const { oaId, customerId } of items) {
    const own = world.contactInbox(oaId, customerId)
    const head = own && world.contactInboxes.get(own.canonicalId ?? own.id)
    const isOfInbox = head !== null && head.oaId === oaId
    noteHead(context, accountId, { oaId, customerId }, isOfInbox ? { customerId: head.customerId, isWide: head.scopes !== null } : null)
  }
}

/** The customer of all items. Null if they belong to several customers. */
export function onlyCustomer([first, ...others]: readonly UpsertItem[]): CustomerTarget | null {
  if (first === undefined || others.some(({ oaId, customerId }) => oaId !== first.oaId || customerId !== first.customerId)) return null
  return { oaId: first.oaId, customerId: first.customerId }
}

async function loadAtOnce(context: MongoContext, world: LoadedWorld, accountId: string, items: readonly UpsertItem[]): Promise<Date> {
  const lookups = lookupsFor(accountId, items)
  const canonical = { as: 'canonical', stage: referred(accountId, 'contact_inboxes', 'canonical_ids', '_id') }
  const stages = [canonical, ...lookups].map(({ as, stage }): Doc => ({ $lookup: { as, ...stage } }))
  const pipeline = [...customersPipeline(accountId, items), ...stages.slice(0, 1), { $set: { scope_ids: allScopes } }, ...stages.slice(1)]
  const [result] = await context.collections.contact_inboxes.aggregate(pipeline, latestState(context)).toArray()
  const documents = (field: string) => (result?.[field] ?? []) as Doc[]
  loadDocuments(world, 'contact_inboxes', [...documents('own'), ...documents('canonical')])
  for (const { as, stage } of lookups) loadDocuments(world, stage.from, documents(as))

  const own = documents('own').map(contactInboxRow)
  // One look-up tells whether anything waits in any of the scopes, and one finds what was sent last in any of them. The
  // planner asks for each where that is unclear.
  const hasSeveral = documents('scope_ids').length > 1
  const isUnclear = hasSeveral && lookups.some(({ as }) => as.startsWith('anything_waiting') && documents(as).length > 0)
  for (const need of items.flatMap(situationNeeds)) world.answered(need)
  for (const need of [...customerNeeds(own), ...knownCustomersNeeds(world, items)]) {
    if (need.what === 'undelivered' && hasSeveral) continue
    if (!isUnclear || need.what !== 'anything waiting') world.answered(need)
  }
  return result?.now as Date
}

async function loadStepwise(context: MongoContext, world: LoadedWorld, accountId: string, items: readonly UpsertItem[]): Promise<Date> {
  const [result] = await context.collections.contact_inboxes.aggregate(customersPipeline(accountId, items), latestState(context)).toArray()
  const own = ((result?.own ?? []) as Doc[]).map((doc) => loadContactInbox(world, doc))
  const situation = items.flatMap(situationNeeds)
  for (const need of situation) if (need.what === 'customer') world.answered(need)

  const canonical = own.flatMap(({ canonicalId }): Need[] => (canonicalId === null ? [] : [{ what: 'contact inbox', id: canonicalId }]))
  const others = situation.filter(({ what }) => what !== 'customer')
  if (canonical.length > 0) await loadNeeds(context, world, accountId, canonical)
  await loadNeeds(context, world, accountId, [...others, ...customerNeeds(own), ...knownCustomersNeeds(world, items)])
  return result?.now as Date
}

/** The contact inboxes of these customers, in one document with the server's time. */
function customersPipeline(accountId: string, items: readonly UpsertItem[]): Doc[] {
  const customers = { oa_id: anyOf(items, ({ oaId }) => oaId), customer_id: anyOf(items, ({ customerId }) => customerId) }
  return [
    { $match: { accountId, ...customers } },
    { $facet: { own: [{ $match: {} }] } },
    {
      $set: {
        now: '$$NOW',
        own_ids: '$own._id',
        canonical_ids: { $map: { input: '$own', in: { $ifNull: ['$$this.canonical_id', '$$this._id'] } } },
      },
    },
  ]
}

/**
 * The contact inboxes under which anything of the customers may be stored: their own, their heads', and the scopes of
 * these.
 */
const allScopes = {
  $setUnion: [
    '$own_ids',
    '$canonical_ids',
    { $reduce: { input: '$canonical.scopes', initialValue: [], in: { $concatArrays: ['$$value', '$$this'] } } },
  ],
}

interface Lookup {
  readonly as: string
  readonly stage: {
    readonly from: CollectionName
    readonly localField?: string
    readonly foreignField?: string
    readonly pipeline: readonly Doc[]
  }
}

function lookupsFor(accountId: string, items: readonly UpsertItem[]): readonly Lookup[] {
  const oaId = anyOf(items, (item) => item.oaId)
  const asked = questions(items)
  const found = asked.filter(({ from }) => from === 'messages').map(({ as }) => as)
  return [
    // This goes by the customer, for whom a unique index holds at most one active conversation.
    { as: 'active', stage: referred(accountId, 'conversations', 'canonical.customer_id', 'customer_id', { oa_id: oaId, active: true }) },
    // The look-up above already loads the active conversations.
    {
      as: 'latest',
      stage: referred(accountId, 'conversations', 'canonical_ids', 'contact_inbox_id', {}, [
        ...latestOfEach,
        { $match: { active: { $ne: true } } },
      ]),
    },
    ...asked.map(({ as, from, match, stages, isOfCustomer }) => ({
      as,
      stage: isOfCustomer
        ? referred(accountId, from, 'scope_ids', 'contact_inbox_id', match, stages)
        : { from, pipeline: [{ $match: { accountId, ...match } }, ...stages] },
    })),
    // A message that an event changes may be in a conversation that was closed long ago.
    ...(changesMessages(items) ? found : []).map((as) => ({
      as: `${as}_in`,
      stage: referred(accountId, 'conversations', `${as}.conversation_id`, '_id'),
    })),
    ...(items.some(({ patch }) => typeof patch.customerName === 'string')
      ? [{ as: 'contacts', stage: referred(accountId, 'contacts', 'canonical.contact_id', '_id') }]
      : []),
  ]
}

function referred(
  accountId: string,
  from: CollectionName,
  localField: string,
  foreignField: string,
  match: Doc = {},
  stages: readonly Doc[] = [],
): Lookup['stage'] {
  return { from, localField, foreignField, pipeline: [{ $match: { accountId, ...match } }, ...stages] }
}

/**
 * The questions about the items' inboxes, usernames and events. Those about events are asked before the contact inboxes
 * are known.
 */
function questions(items: readonly UpsertItem[]) {
  const asked = new Map<NeedKind, Need[]>()
  const isOfSeveral = onlyCustomer(items) === null
  for (const item of items) {
    for (const need of [...situationNeeds(item), ...eventNeeds(item, '')]) {
      // The newest messages of several customers are not the newest of each. The planner asks for those of each.
      if (need.what === 'customer' || (need.what === 'undelivered' && isOfSeveral)) continue
      const same = asked.get(need.what)
      if (same) same.push(need)
      else asked.set(need.what, [need])
    }
  }
  return [...asked].flatMap(([kind, needs]) =>
    queriesFor(kind, needs).map(({ from, match: { contact_inbox_id, ...match }, stages = [] }, index) => {
      return { as: `${kind}_${index}`.replaceAll(' ', '_'), from, match, stages, isOfCustomer: contact_inbox_id !== undefined }
    }),
  )
}

function customerNeeds(own: readonly ContactInboxRow[]): readonly Need[] {
  return own.flatMap(({ id, canonicalId }): readonly Need[] => {
    const contactInboxId = canonicalId ?? id
    return [
      { what: 'active conversation', contactInboxId },
      { what: 'latest conversation', contactInboxId },
    ]
  })
}

function knownCustomersNeeds(world: LoadedWorld, items: readonly UpsertItem[]): readonly Need[] {
  return items.flatMap((item) => possibleScopes(world, item).flatMap((scope) => eventNeeds(item, scope)))
}
