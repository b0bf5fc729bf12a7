import { ConversationStoreError, isConversationStoreError } from '../../model/errors.js'
import { planItem } from '../../model/planning/plan-item.js'
import type { UpsertConversations, UpsertResult } from '../../store/adapter.js'
import { resentAfter } from '../../store/first-sending.js'
import type { MongoContext } from '../context.js'
import { type GroupChanges, groupChanges } from './group-changes.js'
import { mustMarkFirst } from './leave-to-mark.js'
import { loadNeeds } from './load-needs.js'
import type { LoadedWorld } from './loaded-world.js'
import { type Locks, locksFor } from './locks.js'
import { type Need, questionOf, WorldIncomplete } from './needs.js'
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

/** The most rounds of planning. Every round answers at least one question, and an event leads to few questions. */
const mostRounds = 50

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
  for (let round = 1; ; round++) {
    const mark = world.mark()
    const needs = new Map<string, Need>()
    const outcomes = calls.map((call) => planCall(world, call, serverNow, needs))
    const consequences = noting(needs, () => ({ locks: locksFor(world), groups: groupChanges(world), markFirst: mustMarkFirst(world) }))
    if (consequences !== null && needs.size === 0) return { outcomes, ...consequences }
    if (round === mostRounds) throw new Error(`planning asks again for ${[...needs.values()].map(({ what }) => what).join(', ')}`)
    world.rollbackTo(mark)
    await loadNeeds(context, world, calls[0]?.accountId ?? '', [...needs.values()])
  }
}

function planCall(world: LoadedWorld, call: UpsertConversations, serverNow: Date, needs: Map<string, Need>): CallOutcome {
  const { accountId, firstSentAt, atomic } = call
  const stamp = { accountId, resentAfter: resentAfter(firstSentAt), serverNow, now: call.now ?? serverNow }
  const beforeCall = world.mark()
  const leftBefore = world.leftToMark().length
  const results: UpsertResult[] = []
  for (const item of call.items) {
    const beforeItem = world.mark()
    try {
      const result = noting(needs, () => planItem(world, stamp, item))
      // The items after it are planned all the same, so that this round learns what they ask. The whole round is then
      // rolled back.
      if (result === null) world.rollbackTo(beforeItem)
      else if (result.ok || !atomic) results.push(result)
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

/**
 * Returns what `ask` returns. If it asked for something that is not loaded, that is added to `needs` and null is
 * returned.
 */
function noting<T>(needs: Map<string, Need>, ask: () => T): T | null {
  try {
    return ask()
  } catch (error) {
    if (!(error instanceof WorldIncomplete)) throw error
    for (const need of error.needs) needs.set(questionOf(need), need)
    return null
  }
}
