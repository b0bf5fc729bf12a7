import { byAge } from './byte-order.js'
import type { WritePlan } from './item-plan.js'

/**
 * Makes one contact of two, and returns its id. The older one stays, and the other's id leads to it. It takes over what
 * a person typed: the name if it has none that was typed itself, and the metadata that it lacks.
 */
export function mergeContacts({ world, stamp }: Pick<WritePlan, 'world' | 'stamp'>, a: string | null, b: string | null): string | null {
  if (a === null || b === null || a === b) return a ?? b
  const [first, second] = [world.contact(a), world.contact(b)]
  if (first === null || second === null) return first === null ? b : a
  const [kept, lost] = byAge(first, second) < 0 ? [first, second] : [second, first]
  const named = kept.nameSource !== 'person' && (lost.nameSource === 'person' || kept.name === null) ? lost : kept
  const metadata =
    kept.metadata === null || lost.metadata === null ? (kept.metadata ?? lost.metadata) : { ...lost.metadata, ...kept.metadata }
  world.putContact({ ...kept, name: named.name, nameSource: named.nameSource, metadata, updatedAt: stamp.now })
  world.putContact({ ...lost, mergedInto: kept.id, updatedAt: stamp.now })
  return kept.id
}
