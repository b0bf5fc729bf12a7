import { type Names, tableNames } from '../names.js'
import { type Catalog, partIndex } from './catalog.js'
import { storeIndexes } from './indexes.js'

const own: ReadonlySet<string> = new Set([
  ...storeIndexes.map(({ name }) => name),
  ...tableNames.map((table) => `${table}_pkey`),
  'leases_account_id_kind_key_token_key',
])

/** A unique index that refused a write, with the table or the partition that it is on. */
export interface RefusingIndex {
  readonly table: string
  readonly index: string
}

/**
 * The unique indexes on the store's tables, and on their partitions and heirs, that the store did not make, in words.
 * One on a partition that has the key of one of the store's is none: it keeps out nothing that the store's lets in.
 */
export function foreignIndexesIn(catalog: Catalog): readonly string[] {
  const kept = new Set<string>()
  const foreign: string[] = []
  for (const [object, definitions] of catalog) {
    const [, name = ''] = /^index (.+)$/s.exec(object) ?? []
    const unique = [...definitions].find((definition) => definition.startsWith('unique '))
    if (name === '' || unique === undefined || object.startsWith(partIndex)) continue
    if (own.has(name)) kept.add(unique.replace(/ invalid$/, ''))
    else foreign.push(`${name}, ${unique}`)
  }
  const ofParts = [...catalog].flatMap(([object, [definition = '']]) => {
    if (!object.startsWith(partIndex) || kept.has(definition)) return []
    const [name, part]: readonly string[] = JSON.parse(object.slice(partIndex.length))
    return [`${name}, ${definition.replace(/^unique on \w+/, `unique on ${part}`)}`]
  })
  return [...foreign, ...ofParts.sort()]
}

/** The index that a unique violation names, if it is on one of the store's tables itself and none of the store's. */
export function foreignIndexOf(error: unknown, { prefix, schema, tables }: Names): RefusingIndex | null {
  const violated = violatedIndex(error)
  if (violated === null || violated.schema !== schema || !violated.table.startsWith(prefix)) return null
  if (!Object.hasOwn(tables, violated.table.slice(prefix.length))) return null
  const { table, index } = violated
  return isOwn(index, prefix) ? null : { table, index }
}

/** Whether the index has the name of one of the store's. */
export function isOwn(index: string, prefix: string): boolean {
  return index.startsWith(prefix) && own.has(index.slice(prefix.length))
}

/** What a unique violation names, or null for another error. */
export function violatedIndex(error: unknown): (RefusingIndex & { readonly schema: string }) | null {
  const of = (field: string) => String(Reflect.get(Object(error), field) ?? '')
  const [schema, table, index] = [of('schema'), of('table'), of('constraint')]
  return of('code') !== '23505' || index === '' ? null : { schema, table, index }
}
