import type { UpsertConversations } from '../../store/adapter.js'
import type { MongoContext } from '../context.js'
import { lockEarly } from '../lock-early.js'
import { inTransaction } from '../transaction.js'
import { contention, isTooLarge } from '../translate-error.js'
import { dropWaiting } from './drop-waiting.js'
import { writeGroups } from './group-changes.js'
import { holdPlaces } from './hold-places.js'
import { onlyCustomer } from './item-needs.js'
import { leaveToMark } from './leave-to-mark.js'
import { type Loading, loadItems } from './load-items.js'
import { loadedWorld } from './loaded-world.js'
import { markStep } from './mark-left.js'
import { type CallOutcome, type PlannedCalls, planCalls } from './plan-calls.js'
import { writeChanges } from './write-changes.js'

/**
 * Loads, plans and writes calls of one account in one transaction. Each call has its own outcome. Throws CONTENTION
 * after `mostAttempts`, if other writers were faster each time.
 */
export async function writeCalls(
  context: MongoContext,
  calls: readonly UpsertConversations[],
  mostAttempts = Number.POSITIVE_INFINITY,
): Promise<readonly CallOutcome[]> {
  const accountId = calls[0]?.accountId ?? ''
  const items = calls.flatMap((call) => call.items)
  const { sharded } = await context.deployment()
  let isStepwise = sharded
  const times = calls.map(({ now }) => now)
  const planned = async (inner: MongoContext, loading: Loading) => {
    const world = loadedWorld()
    const serverNow = await loadItems(inner, world, accountId, items, loading, times).catch((error) => {
      if (isStepwise || !isTooLarge(error)) throw error
      // The failed command has ended the transaction, so the other way of loading needs a new one.
      isStepwise = true
      throw contention(1, error)
    })
    return { world, ...(await planCalls(inner, world, calls, serverNow)) }
  }
  const writeOnce = async (inner: MongoContext, attempt: number): Promise<Attempt> => {
    const customer = attempt > 1 ? onlyCustomer(items) : null
    if (customer !== null) await lockEarly(inner, accountId, customer)
    // The host's transaction has only one attempt, so nothing there may be left to a refusal by an index.
    const isTrusting = attempt === 1 && context.session === null && calls.every(({ firstSentAt }) => firstSentAt === null)
    const loading = isStepwise ? 'stepwise' : isTrusting ? 'trusting' : 'at once'
    const plan = await planned(inner, loading)
    // A refusal may follow from what was only assumed, and no index would find that.
    const isUnsure = loading === 'trusting' && plan.outcomes.some(isRefused)
    const { world, outcomes, locks, groups, markFirst } = isUnsure ? await planned(inner, 'at once') : plan
    if (markFirst.size > 0) return { markFirst, outcomes: [] }
    await writeChanges(inner, world, locks, groups)
    await writeGroups(inner, accountId, groups)
    await leaveToMark(inner, accountId, world)
    await dropWaiting(inner, accountId, world)
    await holdPlaces(inner, accountId, world, calls)
    return { markFirst, outcomes }
  }
  for (;;) {
    const { markFirst, outcomes } = await inTransaction(context, writeOnce, mostAttempts)
    if (markFirst.size === 0) return outcomes
    for (const [contactInboxId, ids] of markFirst) await markStep(context, accountId, contactInboxId, ids)
  }
}

function isRefused(outcome: CallOutcome): boolean {
  return 'error' in outcome || outcome.results.some(({ ok }) => !ok)
}

interface Attempt {
  readonly outcomes: readonly CallOutcome[]
  /** See `PlannedCalls`. If there are any, nothing was written. */
  readonly markFirst: PlannedCalls['markFirst']
}
