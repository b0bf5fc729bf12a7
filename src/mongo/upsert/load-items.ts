import { compositeKey } from '../../model/composite-key.js'
import type { ContactInboxRow } from '../../model/planning/rows.js'
import type { CustomerTarget, UpsertItem } from '../../store/adapter.js'
import type { MongoContext } from '../context.js'
import { contactInboxRow } from '../documents/contact-inboxes.js'
import type { Doc } from '../driver.js'
import { latestState } from '../find-now.js'
import type { CollectionName } from '../schema/collections.js'
import { changesMessages, eventNeeds, situationNeeds } from './item-needs.js'
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
  return loadCustomer(context, world, { accountId, ...customer }, items, loading === 'trusting')
}

/** The customer of all items. Null if they belong to several customers. */
export function onlyCustomer([first, ...others]: readonly UpsertItem[]): CustomerTarget | null {
  if (first === undefined || others.some(({ oaId, customerId }) => oaId !== first.oaId || customerId !== first.customerId)) return null
  return { oaId: first.oaId, customerId: first.customerId }
}

async function loadAtOnce(context: MongoContext, world: LoadedWorld, accountId: string, items: readonly UpsertItem[]): Promise<Date> {
  const lookups = lookupsFor(accountId, items)
  const pipeline = [...customersPipeline(accountId, items), ...lookups.map(({ as, stage }) => ({ $lookup: { as, ...stage } }))]
  const [result] = await context.collections.contact_inboxes.aggregate(pipeline, latestState(context)).toArray()
  const documents = (field: string) => (result?.[field] ?? []) as Doc[]
  loadDocuments(world, 'contact_inboxes', documents('own'))
  for (const { as, stage } of lookups) loadDocuments(world, stage.from, documents(as))

  const own = documents('own').map(contactInboxRow)
  // One look-up tells whether anything waits under any of the customers. The planner asks for each if something does.
  const isUnclear = own.length > 1 && lookups.some(({ as }) => as.startsWith('anything_waiting') && documents(as).length > 0)
  for (const need of [...items.flatMap(situationNeeds), ...customerNeeds(own), ...knownCustomersNeeds(own, items)]) {
    if (need.what === 'undelivered' && onlyCustomer(items) === null) continue
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
  await loadNeeds(context, world, accountId, [...others, ...canonical, ...customerNeeds(own), ...knownCustomersNeeds(own, items)])
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
  const own = (match: Doc, stages: readonly Doc[] = []) => [{ $match: { accountId, ...match } }, ...stages]
  const referred = (from: CollectionName, localField: string, foreignField: string, match: Doc = {}, stages: readonly Doc[] = []) => ({
    from,
    localField,
    foreignField,
    pipeline: own(match, stages),
  })
  const asked = questions(items)
  const found = asked.filter(({ from }) => from === 'messages').map(({ as }) => as)
  return [
    { as: 'canonical', stage: referred('contact_inboxes', 'canonical_ids', '_id') },
    // This goes by the customer, for whom a unique index holds at most one active conversation.
    { as: 'active', stage: referred('conversations', 'canonical.customer_id', 'customer_id', { oa_id: oaId, active: true }) },
    // The look-up above already loads the active conversations.
    {
      as: 'latest',
      stage: referred('conversations', 'canonical_ids', 'contact_inbox_id', {}, [...latestOfEach, { $match: { active: { $ne: true } } }]),
    },
    ...asked.map(({ as, from, match, stages, isOfCustomer }) => ({
      as,
      stage: isOfCustomer ? referred(from, 'own_ids', 'contact_inbox_id', match, stages) : { from, pipeline: own(match, stages) },
    })),
    // A message that an event changes may be in a conversation that was closed long ago.
    ...(changesMessages(items) ? found : []).map((as) => ({
      as: `${as}_in`,
      stage: referred('conversations', `${as}.conversation_id`, '_id'),
    })),
    ...(items.some(({ patch }) => typeof patch.customerName === 'string')
      ? [{ as: 'contacts', stage: referred('contacts', 'canonical.contact_id', '_id') }]
      : []),
  ]
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

function knownCustomersNeeds(own: readonly ContactInboxRow[], items: readonly UpsertItem[]): readonly Need[] {
  const idOf = new Map(own.map(({ oaId, customerId, id }) => [compositeKey(oaId, customerId), id]))
  return items.flatMap((item) => {
    const contactInboxId = idOf.get(compositeKey(item.oaId, item.customerId))
    return contactInboxId === undefined ? [] : eventNeeds(item, contactInboxId)
  })
}
