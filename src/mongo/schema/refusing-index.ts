import { collectionNames } from './collections.js'
import { storeIndexes } from './indexes.js'

const collections: ReadonlySet<string> = new Set(collectionNames)
const own: ReadonlySet<string> = new Set(['_id_', ...storeIndexes.map(({ options }) => options.name)])
/** An index of ours may stand under another name. */
const ownKeys: ReadonlySet<string> = new Set(
  storeIndexes.filter(({ options }) => options.unique === true).map(({ collection, key }) => JSON.stringify([collection, key])),
)

/** The index that the server's error of a duplicate key names, if it is none of the store's. */
export function foreignIndexIn(error: Error): { readonly table: string; readonly index: string } | null {
  const named = / collection: [^ .]+\.(\S+) index: (.+?) (?:collation: .*?)?dup key: /s.exec(error.message)
  const [, table = '', index = ''] = named ?? []
  if (!collections.has(table) || own.has(index)) return null
  const isOwnKey = ownKeys.has(JSON.stringify([table, Reflect.get(error, 'keyPattern') ?? {}]))
  return isOwnKey ? null : { table, index }
}
