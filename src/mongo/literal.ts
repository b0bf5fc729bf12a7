import type { Doc } from './driver.js'

/** A host's value within a pipeline. Without `$literal` a text such as `'$5.00 off'` would be read as a path. */
export function literal(value: unknown): Doc {
  return { $literal: value }
}
