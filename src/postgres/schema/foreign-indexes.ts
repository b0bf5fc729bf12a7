import { type Names, tableNames } from '../names.js'
import type { Catalog } from './catalog.js'
import { storeIndexes } from './indexes.js'

const own: ReadonlySet<string> = new Set([
  ...storeIndexes.map(({ name }) => name),
  ...tableNames.map((table) => `${table}_pkey`),
  'leases_account_id_kind_key_token_key',
])

/** The unique indexes on the store's tables that the store did not make, in words. */
export function foreignIndexesIn(catalog: Catalog): readonly string[] {
  return [...catalog].flatMap(([object, definitions]) => {
    const [, name = ''] = /^index (.+)$/s.exec(object) ?? []
    const unique = [...definitions].find((definition) => definition.startsWith('unique '))
    return name === '' || own.has(name) || unique === undefined ? [] : [`${name}, ${unique}`]
  })
}

/**
 * The index that a unique violation names, if it is none of the store's. One of a partition has a name that the server
 * made, and its partition is none of the store's tables: it counts as the store's.
 */
export function foreignIndexOf(
  error: unknown,
  { prefix, schema, tables }: Names,
): { readonly table: string; readonly index: string } | null {
  const of = (field: string) => String(Reflect.get(Object(error), field) ?? '')
  const [table, index] = [of('table'), of('constraint')]
  if (of('code') !== '23505' || index === '' || of('schema') !== schema || !table.startsWith(prefix)) return null
  if (!Object.hasOwn(tables, table.slice(prefix.length))) return null
  return index.startsWith(prefix) && own.has(index.slice(prefix.length)) ? null : { table, index }
}
