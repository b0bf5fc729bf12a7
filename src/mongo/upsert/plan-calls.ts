import { ConversationStoreError, isConversationStoreError } from '../../model/errors.js'
import { followRedirects, withRedirect } from '../../model/planning/follow-redirects.js'
import type { ItemStamp } from '../../model/planning/item-plan.js'
import { withKnownForms } from '../../model/planning/match-forms.js'
import { planItem } from '../../model/planning/plan-item.js'
import type { UpsertConversations, UpsertItem, UpsertResult } from '../../store/adapter.js'
import { resentAfter } from '../../store/first-sending.js'
import type { MongoContext } from '../context.js'
import { type GroupChanges, groupChanges } from './group-changes.js'
import { mustMarkFirst } from './leave-to-mark.js'
import type { LoadedWorld } from './loaded-world.js'
import { type Locks, locksFor } from './locks.js'
import { type Needs, noting, planInRounds } from './plan-in-rounds.js'
import type { WrittenCall } from './written-call.js'

/** The outcome of one call: what became of it, or its own error. */
export type CallOutcome = WrittenCall | { readonly error: unknown }

/** Returns what became of the call, or throws its own error. */
export function writtenCall(outcome: CallOutcome | undefined): WrittenCall {
  if (outcome === undefined) throw new TypeError('a call was planned without an outcome')
  if ('error' in outcome) throw outcome.error
  return outcome
}

export interface PlannedCalls {
  /** One outcome per call, in the order of the calls. */
  readonly outcomes: readonly CallOutcome[]
  readonly locks: Locks
  readonly groups: GroupChanges
  /**
   * The messages, by contact inbox, that must be marked before the calls can be written. If any, the calls must not be
   * written yet.
   */
  readonly markFirst: ReadonlyMap<string, readonly string[]>
}

/**
 * Plans calls of one account one after another, and loads what they ask for beyond what was loaded. A call that fails
 * leaves no changes. The calls after it see the changes of the calls before it.
 */
export async function planCalls(
  context: MongoContext,
  world: LoadedWorld,
  calls: readonly UpsertConversations[],
  serverNow: Date,
): Promise<PlannedCalls> {
  return planInRounds(context, world, calls[0]?.accountId ?? '', (needs) => {
    const outcomes = calls.map((call) => planCall(world, call, serverNow, needs))
    const consequences = noting(needs, () => ({ locks: locksFor(world), groups: groupChanges(world), markFirst: mustMarkFirst(world) }))
    return consequences && { outcomes, ...consequences }
  })
}

function planCall(world: LoadedWorld, call: UpsertConversations, serverNow: Date, needs: Needs): CallOutcome {
  const { accountId, firstSentAt, atomic } = call
  const stamp = { accountId, resentAfter: resentAfter(firstSentAt), serverNow, now: call.now ?? serverNow }
  const beforeCall = world.mark()
  const leftBefore = world.leftToMark().length
  const results: UpsertResult[] = []
  const placed = noting(needs, () => placeItems(world, stamp, call.items))
  if (placed !== null && 'error' in placed) return placed
  for (const [index, item] of (placed?.items ?? call.items).entries()) {
    const beforeItem = world.mark()
    try {
      const result = noting(needs, () => planItem(world, stamp, item))
      // The items after it are planned all the same, so that this round learns what they ask. The whole round is then
      // rolled back.
      if (result === null) world.rollbackTo(beforeItem)
      else if (result.ok || !atomic) results.push(withRedirect(result, call.items[index] ?? item, item))
      else throw new ConversationStoreError(result.failure.code, result.failure.details)
    } catch (error) {
      world.rollbackTo(beforeCall)
      if (isConversationStoreError(error)) return { error }
      throw error
    }
  }
  const leftUnder = new Set(
    world
      .leftToMark()
      .slice(leftBefore)
      .map(({ contactInboxId }) => contactInboxId),
  )
  return { results, leftUnder: [...leftUnder] }
}

/** The items where they land, and under which known numbers. An error is the call's own. */
function placeItems(
  world: LoadedWorld,
  stamp: ItemStamp,
  items: readonly UpsertItem[],
): { readonly items: readonly UpsertItem[] } | { readonly error: unknown } {
  try {
    return { items: followRedirects(world, stamp, items).map((item) => withKnownForms(world, item)) }
  } catch (error) {
    if (isConversationStoreError(error)) return { error }
    throw error
  }
}
