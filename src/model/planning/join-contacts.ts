import { byAge } from './byte-order.js'
import { holdContact } from './contact-merges.js'
import type { WritePlan } from './item-plan.js'
import { keptContact } from './people.js'

/**
 * Makes one contact of two, and returns its id. The older one stays, and the other's id leads to it. So do the ids that
 * led to the other one, because an id always leads to a kept contact in one step.
 */
export function joinContacts({ world, stamp }: Pick<WritePlan, 'world' | 'stamp'>, a: string | null, b: string | null): string | null {
  if (a === null || b === null || a === b) return a ?? b
  const [first, second] = [keptContact(world, a), keptContact(world, b)]
  if (first === null || second === null || first.id === second.id) return first?.id ?? second?.id ?? null
  const [kept, lost] = byAge(first, second) < 0 ? [first, second] : [second, first]
  return holdContact(world, kept, lost, stamp.now).id
}
