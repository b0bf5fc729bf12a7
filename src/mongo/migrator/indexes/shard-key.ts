import type { Doc, MongoDb } from '../../driver.js'
import { prefixOf } from '../../prefixed-db.js'
import { databaseOf } from './explain-refusal.js'

/** `unknown` means that the collections may be sharded, and that this user may not read by which key. */
export type ShardKeys = ReadonlyMap<string, Doc> | 'unknown'

interface WithSiblings {
  readonly client: { db(name: string): MongoDb }
}

/** The shard keys of this database's collections. Empty if the server is not part of a sharded cluster. */
export async function readShardKeys(db: MongoDb): Promise<ShardKeys> {
  const { msg } = await db.command({ hello: 1 })
  if (msg !== 'isdbgrid') return new Map()
  if (!hasSiblings(db)) return 'unknown'
  const prefix = `${databaseOf(db)}.${prefixOf(db)}`
  try {
    const ids = { $gte: `${databaseOf(db)}.`, $lt: `${databaseOf(db)}/` }
    const documents = await db.client.db('config').collection('collections').find({ _id: ids }).toArray()
    return new Map(
      documents
        .filter(({ _id, dropped }) => dropped !== true && String(_id).startsWith(prefix))
        .map(({ _id, key }) => [String(_id).slice(prefix.length), key as Doc]),
    )
  } catch {
    // The user may not read the configuration. Indexes that a shard key may rest on are then left alone.
    return 'unknown'
  }
}

function hasSiblings(db: MongoDb): db is MongoDb & WithSiblings {
  const client: unknown = Reflect.get(db, 'client')
  return typeof client === 'object' && client !== null && typeof Reflect.get(client, 'db') === 'function'
}

/**
 * Why an index must not be dropped. Null if it may be. A shard key rests on every index that begins with its fields.
 */
export function restsOnIt(keys: ShardKeys, collection: string, index: { readonly name: string; readonly key: Doc }): string | null {
  if (keys === 'unknown') return `${index.name} may be what the shard key rests on, which this user may not read: drop it by hand`
  const shardKey = Object.keys(keys.get(collection) ?? {})
  const fields = Object.keys(index.key)
  const isIts = shardKey.length > 0 && shardKey.every((field, place) => fields[place] === field)
  return isIts ? `${index.name} is what the shard key rests on` : null
}
