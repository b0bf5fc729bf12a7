import type { RawReader } from '../../../src/contract/index.js'

/**
 * The model's id for each contact inbox of a backend. If several items need the same contact inbox, an adapter may give
 * it the id of any of them, as long as a customer has only one.
 */
export async function contactInboxNames(
  raw: RawReader,
  model: RawReader,
  accountIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>()
  for (const accountId of accountIds) {
    const known = new Map((await model.contactInboxes(accountId)).map((row) => [customer(row), String(row.id)]))
    for (const row of await raw.contactInboxes(accountId)) names.set(String(row.id), known.get(customer(row)) ?? String(row.id))
  }
  return names
}

function customer({ oa_id, customer_id }: { readonly [column: string]: unknown }): string {
  return JSON.stringify([oa_id, customer_id])
}

/** Returns the value with every id replaced by its other name. */
export function renamed<T>(value: T, names: ReadonlyMap<string, string>): T {
  return rename(value, names) as T
}

function rename(value: unknown, names: ReadonlyMap<string, string>): unknown {
  if (typeof value === 'string') return names.get(value) ?? value
  if (Array.isArray(value)) return value.map((each) => rename(each, names))
  if (typeof value !== 'object' || value === null || value instanceof Date) return value
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, rename(member, names)]))
}
