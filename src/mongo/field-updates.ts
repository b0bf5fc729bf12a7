import { isDeepStrictEqual } from 'node:util'
import type { Doc } from './driver.js'

/**
 * The update that makes one document of another: only the fields that differ, so that what other writers keep in the document stays. Not a
 * pipeline: an update's values are taken as they are.
 */
export function updateBetween(before: Doc, after: Doc): Doc {
  const set = Object.entries(after).filter(([field, value]) => !isDeepStrictEqual(before[field], value))
  const unset = Object.keys(before).filter((field) => !(field in after))
  return {
    ...(set.length > 0 ? { $set: Object.fromEntries(set) } : {}),
    ...(unset.length > 0 ? { $unset: Object.fromEntries(unset.map((field) => [field, ''])) } : {}),
  }
}
