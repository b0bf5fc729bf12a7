import { isDeepStrictEqual } from 'node:util'
import { rememberedOperations } from '../model/limits.js'
import type { Doc } from './driver.js'

/**
 * The update that turns one document into another. It names only the fields that differ, so that other writers' fields
 * in the document stay. It is not a pipeline, so its values are taken literally.
 */
export function updateBetween(before: Doc, after: Doc): Doc {
  const set: Record<string, unknown> = {}
  let push: Doc | null = null
  for (const [field, value] of Object.entries(after)) {
    const former = before[field]
    if (former === value || isSame(former, value)) continue
    const added = field === 'operations' ? addedOperation(former, value) : null
    if (added) push = { operations: { $each: [added], $slice: -rememberedOperations } }
    else set[field] = value
  }
  const unset = Object.keys(before).filter((field) => !(field in after))
  return {
    ...(Object.keys(set).length > 0 ? { $set: set } : {}),
    ...(push ? { $push: push } : {}),
    ...(unset.length > 0 ? { $unset: Object.fromEntries(unset.map((field) => [field, ''])) } : {}),
  }
}

function isSame(a: unknown, b: unknown): boolean {
  if (a instanceof Date && b instanceof Date) return a.getTime() === b.getTime()
  return typeof a === 'object' && isDeepStrictEqual(a, b)
}

/** Returns the operation that was remembered last if adding it is the only change to the list, otherwise null. */
function addedOperation(before: unknown, after: unknown): Doc | null {
  const known = idsOf(before)
  const now = idsOf(after)
  const [added] = (after as Doc[]).slice(-1)
  const kept = now.slice(0, -1)
  return added &&
    kept.length > 0 &&
    kept.every((id, index) => id === known[known.length - kept.length + index]) &&
    (kept.length === known.length || kept.length === rememberedOperations - 1)
    ? added
    : null
}

function idsOf(operations: unknown): readonly unknown[] {
  return Array.isArray(operations) ? operations.map((each: Doc) => each.id) : []
}
