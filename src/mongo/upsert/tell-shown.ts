import { tellShownCopy } from '../../model/planning/copies.js'
import type { WritePlan } from '../../model/planning/item-plan.js'
import { later } from '../../model/planning/times.js'
import type { MongoContext } from '../context.js'
import { groupChanges } from './group-changes.js'
import { mustMarkFirst } from './leave-to-mark.js'
import { type LoadedWorld, loadedWorld } from './loaded-world.js'
import { locksFor } from './locks.js'
import { type Needs, noting, planInRounds } from './plan-in-rounds.js'
import { writeChanges } from './write-changes.js'

/** What the shown copies are told, and when. */
interface Telling {
  readonly accountId: string
  readonly ids: readonly string[]
  readonly at: Date
}

/**
 * Lets the copies that are shown take over what hidden messages were told in this transaction. Returns the messages, by
 * contact inbox, that an earlier watermark has left to mark: if there are any, nothing was written.
 */
export async function tellShownCopies(context: MongoContext, telling: Telling): Promise<ReadonlyMap<string, readonly string[]>> {
  const world = loadedWorld()
  const { markFirst, locks, groups } = await planInRounds(context, world, telling.accountId, (needs) => {
    const before = telling.ids.map((id) => tell(world, needs, telling, id))
    if (before.includes(null)) return null
    return noting(needs, () => ({ markFirst: mustMarkFirst(world), locks: locksFor(world), groups: groupChanges(world) }))
  })
  if (markFirst.size === 0) await writeChanges(context, world, locks, groups)
  return markFirst
}

/** Null if something has to be loaded first. All messages are gone through, so that one round asks for all of them. */
function tell(world: LoadedWorld, needs: Needs, { accountId, at }: Telling, id: string): true | null {
  const mark = world.mark()
  const told = noting(needs, () => {
    const plan = planOf(world, accountId, at)
    tellShownCopy(plan, id)
    for (const changed of plan.before.keys()) {
      const row = world.conversation(changed)
      if (row !== null) world.putConversation({ ...row, version: row.version + 1, updatedAt: later(row.updatedAt, at) })
    }
    return true as const
  })
  if (told === null) world.rollbackTo(mark)
  return told
}

/** A plan of no item: a watermark that goes on marking is nobody's call any more. */
function planOf(world: LoadedWorld, accountId: string, at: Date): WritePlan {
  return {
    world,
    stamp: { accountId, now: at, serverNow: at, resentAfter: null },
    operationId: '',
    customerId: '',
    ownId: '',
    scopes: { own: '', all: [], former: [] },
    before: new Map(),
    relinked: new Set(),
    merged: new Set(),
    arrived: { messageIds: new Set(), localIds: new Set() },
  }
}
