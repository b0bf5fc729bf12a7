import type { ContactInboxRow } from '../../model/planning/rows.js'
import type { UpsertItem } from '../../store/adapter.js'
import type { MongoContext } from '../context.js'
import { contactInboxRow } from '../documents/contact-inboxes.js'
import type { Doc } from '../driver.js'
import { latestState } from '../find-now.js'
import { type KnownHead, knownHead, noteHead } from '../known-heads.js'
import { eventNeeds, namesOneId, onlyCustomer, possibleScopes, situationNeeds } from './item-needs.js'
import { asksUndelivered, customersPipeline, lookupsFor, peoplePipeline } from './items-pipeline.js'
import { isInboundOnly, loadActive } from './load-active.js'
import { loadCustomer } from './load-customer.js'
import { loadContactInbox, loadDocuments, loadNeeds } from './load-needs.js'
import { type CallTimes, differentTimes, loadWaiting } from './load-waiting.js'
import type { LoadedWorld } from './loaded-world.js'
import type { Need } from './needs.js'

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
  const head = knownHead(context, accountId, customer)
  const mayBeSettled = head?.isLinked === true || items.every(({ identities }) => identities.length === 0)
  if (loading === 'trusting' && mayBeSettled && items.every(isInboundOnly)) {
    const now = await loadActive(context, world, { accountId, ...customer }, items, times)
    return now ?? loadAtOnce(context, world, accountId, items)
  }
  const isAlone = (head === null || (head.customerId === customer.customerId && !head.isWide)) && items.every(namesOneId)
  const now = isAlone ? await loadCustomer(context, world, { accountId, ...customer }, items, loading === 'trusting') : null
  return now ?? loadAtOnce(context, world, accountId, items)
}

/** Remembers which of the customers have several ids, and under which one their conversations are. */
function noteHeads(context: MongoContext, world: LoadedWorld, accountId: string, items: readonly UpsertItem[]): void {
  for (const { oaId, customerId } of items) {
    const own = world.contactInbox(oaId, customerId)
    const head = own && world.contactInboxes.get(own.canonicalId ?? own.id)
    const known = head !== null && head.oaId === oaId ? knownHeadOf(head) : null
    noteHead(context, accountId, { oaId, customerId }, known)
  }
}

function knownHeadOf({ customerId, scopes, identities }: ContactInboxRow): KnownHead {
  return { customerId, isWide: scopes !== null, isLinked: identities !== null }
}

async function loadAtOnce(context: MongoContext, world: LoadedWorld, accountId: string, items: readonly UpsertItem[]): Promise<Date> {
  const lookups = lookupsFor(accountId, items)
  const pipeline = [...peoplePipeline(accountId, items), ...lookups.map(({ as, stage }) => ({ $lookup: { as, ...stage } }))]
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
    if (need.what === 'undelivered' && (hasSeveral || !asksUndelivered(items))) continue
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
