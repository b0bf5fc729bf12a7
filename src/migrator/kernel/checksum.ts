import { createHash } from 'node:crypto'

/**
 * The checksum of what a migration makes: ids, SQL text, index specifications, and the `revision` that stands for its
 * code. Line ends don't count (a checkout may have turned them), nor does the order of an object's fields, save in an
 * index's key, which is given as pairs.
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
