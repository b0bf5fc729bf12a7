import type { Doc, MongoDb } from '../../driver.js'
import { serverCode } from '../../translate-error.js'

/** A collection as it exists in the database, with its indexes. */
export interface LiveCollection {
  readonly name: string
  /** A `view` can have no indexes. `missing` means that the collection does not exist. */
  readonly type: 'collection' | 'timeseries' | 'view' | 'missing'
  /** The collation of an index that names none. */
  readonly collation: unknown
  readonly indexes: readonly LiveIndex[]
}

export interface LiveIndex {
  readonly name: string
  readonly key: Doc
  /** All fields except the key and the name, as the server reports them. */
  readonly options: Doc
  readonly isBuilding: boolean
}

/** Reads the indexes of collections, with one command and one more for each collection that exists. */
export async function readIndexes(db: MongoDb, names: readonly string[]): Promise<readonly LiveCollection[]> {
  if (names.length === 0) return []
  const described = new Map<string, object>()
  for (const each of await db.listCollections({ name: { $in: [...names] } }).toArray())
    described.set(String(Reflect.get(each, 'name')), each)
  return Promise.all(
    names.map(async (name) => {
      const found = described.get(name)
      const options = (found && Reflect.get(found, 'options')) as Doc | undefined
      const type = found === undefined ? 'missing' : typeOf(Reflect.get(found, 'type'))
      const hasIndexes = type === 'collection' || type === 'timeseries'
      return { name, type, collation: options?.collation, indexes: hasIndexes ? await indexesOf(db, name) : [] }
    }),
  )
}

function typeOf(type: unknown): 'collection' | 'timeseries' | 'view' {
  return type === 'view' || type === 'timeseries' ? type : 'collection'
}

// The values in the form that our comparison takes, however the host's client turns BSON into values.
const reading = { promoteValues: true, promoteLongs: true, useBigInt64: false, raw: false, readPreference: 'primary' }
// NamespaceNotFound: the collection was dropped in the meantime. The other codes are those with which servers, and
// servers like MongoDB, refuse an unknown field.
const namespaceNotFound = 26
const unknownField: ReadonlySet<number> = new Set([9, 72, 40415])

async function indexesOf(db: MongoDb, name: string): Promise<readonly LiveIndex[]> {
  // A collection has at most 64 indexes, so the first batch holds them all.
  const command = { listIndexes: name, cursor: { batchSize: 1_000 } }
  const list = async (form: Doc) => ((await db.command({ ...command, ...form }, reading)).cursor as { firstBatch: Doc[] }).firstBatch
  try {
    const documents = await list({ includeBuildUUIDs: true }).catch((error: unknown) => {
      if (unknownField.has(serverCode(error) ?? 0)) return list({})
      throw error
    })
    return documents.map(liveIndex)
  } catch (error) {
    if (serverCode(error) === namespaceNotFound) return []
    throw error
  }
}

/** The server wraps an index that is being built in a document that names the build. */
function liveIndex(document: Doc): LiveIndex {
  const isBuilding = document.buildUUID !== undefined
  const { name, key, ...options } = (isBuilding ? document.spec : document) as Doc
  return { name: String(name), key: key as Doc, options, isBuilding }
}

/** The index of the ids, which nobody declares and nobody drops. */
export function isIdIndex({ name, options }: LiveIndex): boolean {
  return name === '_id_' || options.clustered === true
}
