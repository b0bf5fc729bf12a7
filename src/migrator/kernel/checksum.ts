import { createHash } from 'node:crypto'

/**
 * Computes the checksum of what a migration makes: its ids, its SQL text, its index specifications, and the `revision`
 * that stands for its code. Line endings don't count, because a checkout may have changed them. The order of an
 * object's fields does not count either. The key of an index keeps its order, because it is given as pairs.
 */
export function checksumOf(definition: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(canonical(definition)))
    .digest('hex')
}

function canonical(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('\r\n', '\n')
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(canonical)
  const fields = Object.entries(value).filter(([, each]) => each !== undefined)
  return Object.fromEntries(fields.sort(([a], [b]) => (a < b ? -1 : 1)).map(([field, each]) => [field, canonical(each)]))
}
