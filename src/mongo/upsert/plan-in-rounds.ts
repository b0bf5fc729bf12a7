import type { MongoContext } from '../context.js'
import { loadCommon } from './load-common.js'
import { loadJoined } from './load-joined.js'
import { loadNeeds } from './load-needs.js'
import type { LoadedWorld } from './loaded-world.js'
import { type Need, questionOf, WorldIncomplete } from './needs.js'

/** What a plan has asked and the world could not answer, by question. */
export type Needs = Map<string, Need>

/** Plans, loads what the plan has asked for beyond what was loaded, and plans again, until nothing is open. */
export async function planInRounds<T>(
  context: MongoContext,
  world: LoadedWorld,
  accountId: string,
  plan: (needs: Needs) => T | null,
): Promise<T> {
  const asked = new Set<string>()
  for (;;) {
    const mark = world.mark()
    const needs: Needs = new Map()
    const planned = plan(needs)
    if (planned !== null && needs.size === 0) return planned
    // Each round must learn something, or there would be no end.
    if ([...needs.keys()].every((question) => asked.has(question))) {
      throw new Error(`planning asks again for ${[...needs.values()].map(({ what }) => what).join(', ')}`)
    }
    for (const question of needs.keys()) asked.add(question)
    world.rollbackTo(mark)
    await loadNeeds(context, world, accountId, [...needs.values()])
    for (const need of needs.values()) {
      if (need.what === 'doubles') await loadJoined(context, world, accountId, need.scopes)
      if (need.what === 'common messages') await loadCommon(context, world, need)
    }
  }
}

/**
 * Plans one after another, each with what those before it have changed. One who asks for what is not loaded changes
 * nothing, and those after it are planned all the same, so that a round learns what all of them ask.
 */
export function planEach<T, R>(world: LoadedWorld, all: readonly T[], plan: (one: T) => R): readonly R[] {
  const needs: Needs = new Map()
  const planned: R[] = []
  for (const one of all) {
    const before = world.mark()
    const given = noting(needs, () => ({ result: plan(one) }))
    if (given === null) world.rollbackTo(before)
    else planned.push(given.result)
  }
  if (needs.size > 0) throw new WorldIncomplete([...needs.values()])
  return planned
}

/**
 * Returns what `ask` returns. If it asked for something that is not loaded, that is added to `needs` and null is
 * returned.
 */
export function noting<T>(needs: Needs, ask: () => T): T | null {
  try {
    return ask()
  } catch (error) {
    if (!(error instanceof WorldIncomplete)) throw error
    for (const need of error.needs) needs.set(questionOf(need), need)
    return null
  }
}
