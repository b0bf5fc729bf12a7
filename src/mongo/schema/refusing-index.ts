import { collectionNames } from './collections.js'
import { storeIndexes } from './indexes.js'

const own: ReadonlySet<string> = new Set(['_id_', ...storeIndexes.map(({ options }) => options.name)])
/** An index of ours may stand under another name. */
const ownKeys: ReadonlySet<string> = new Set(
  storeIndexes.filter(({ options }) => options.unique === true).map(({ collection, key }) => JSON.stringify([collection, key])),
)

/** The index that the server's error of a duplicate key names, if it is none of the store's. */
export function foreignIndexIn(error: Error): { readonly table: string; readonly index: string } | null {
  const named = / collection: [^ .]+\.(\S+) index: (.+?) (?:collation: .*?)?dup key: /s.exec(error.message)
  const [, table = '', index = ''] = named ?? []
  const collection = collectionOf(table)
  if (collection === null || own.has(index)) return null
  const isOwnKey = ownKeys.has(JSON.stringify([collection, Reflect.get(error, 'keyPattern') ?? {}]))
  return isOwnKey ? null : { table, index }
}

/** The store's name of a collection. The name on the server may have a prefix, which is not known here. */
function collectionOf(table: string): string | null {
  const fitting = collectionNames.filter((name) => table.endsWith(name))
  return fitting.sort((a, b) => b.length - a.length)[0] ?? null
}
