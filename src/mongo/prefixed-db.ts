import { ConversationStoreError } from '../model/errors.js'
import type { Doc, MongoCollection, MongoCursor, MongoDb } from './driver.js'

/** The server takes names of up to 255 bytes with the database's, which has up to 63. */
const longestPrefix = 100
/** The commands of ours that name a collection as their first value. */
const ofCollection: ReadonlySet<string> = new Set(['collMod', 'count', 'createIndexes', 'drop', 'dropIndexes', 'find', 'listIndexes'])

/**
 * A database whose collections have a prefix that its users don't know of: every name that they give gets it, also in a
 * `$lookup`, and every name that they get lacks it.
 */
class PrefixedDb implements MongoDb {
  readonly #db: MongoDb
  readonly prefix: string
  /** The driver's client, for those who look for it. */
  readonly client: unknown

  constructor(db: MongoDb, prefix: string) {
    this.#db = db
    this.prefix = prefix
    this.client = Reflect.get(db, 'client')
  }

  get databaseName(): string {
    return this.#db.databaseName ?? ''
  }

  collection(name: string, options?: object): MongoCollection {
    return lookingUpPrefixed(this.#db.collection(this.prefix + name, options), this.prefix)
  }

  command(command: Doc, options?: object): Promise<Doc> {
    const [[verb, name] = []] = Object.entries(command)
    if (verb === 'explain') return this.#db.command({ ...command, explain: this.#renamed(name as Doc) }, options)
    return this.#db.command(this.#renamed(command), options)
  }

  #renamed(command: Doc): Doc {
    const [[verb, name] = []] = Object.entries(command)
    const isNamed = typeof name === 'string' && verb !== undefined && ofCollection.has(verb)
    return isNamed ? { ...command, [verb]: this.prefix + name } : command
  }

  createCollection(name: string, options?: object): Promise<unknown> {
    return this.#db.createCollection(this.prefix + name, options)
  }

  listCollections(filter: Doc = {}, options?: object): { toArray(): Promise<object[]> } {
    const list = this.#db.listCollections({ ...filter, ...this.#named(filter.name) }, options)
    return {
      toArray: async () =>
        (await list.toArray()).map((each) => ({ ...each, name: String(Reflect.get(each, 'name')).slice(this.prefix.length) })),
    }
  }

  #named(name: unknown): Doc {
    if (typeof name === 'string') return { name: this.prefix + name }
    const names: unknown = Reflect.get(Object(name), '$in')
    return Array.isArray(names) ? { name: { $in: names.map((each) => `${this.prefix}${each}`) } } : {}
  }
}

/** The database with its collections under a prefix. The empty prefix leaves it as it is. */
export function prefixedDb(db: MongoDb, prefix: string): MongoDb {
  return prefix === '' ? db : new PrefixedDb(db, prefix)
}

/** What the names of the collections begin with on the server, for messages and for what a person is to type. */
export function prefixOf(db: MongoDb): string {
  return db instanceof PrefixedDb ? db.prefix : ''
}

/** Throws VALIDATION_FAILED for a prefix that no collection's name may begin with. */
export function requirePrefix(prefix: unknown): asserts prefix is string {
  const isOne = typeof prefix === 'string' && /^([A-Za-z_][\w.-]*)?$/.test(prefix) && !prefix.startsWith('system.')
  if (isOne && prefix.length <= longestPrefix) return
  const message = `must be letters, digits, _, - and ., beginning with a letter or _, at most ${longestPrefix} of them`
  throw new ConversationStoreError('VALIDATION_FAILED', { issues: [{ path: 'collectionPrefix', message }] })
}

function lookingUpPrefixed(collection: MongoCollection, prefix: string): MongoCollection {
  const aggregate = (pipeline: Doc[], options?: object): MongoCursor =>
    collection.aggregate(
      pipeline.map((stage) => prefixedStage(stage, prefix)),
      options,
    )
  return new Proxy(collection, {
    get(target, property) {
      if (property === 'aggregate') return aggregate
      const value: unknown = Reflect.get(target, property)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

function prefixedStage(stage: Doc, prefix: string): Doc {
  const lookup = stage.$lookup as Doc | undefined
  if (lookup === undefined) return stage
  const pipeline = lookup.pipeline as Doc[] | undefined
  const inner = pipeline === undefined ? {} : { pipeline: pipeline.map((each) => prefixedStage(each, prefix)) }
  return { ...stage, $lookup: { ...lookup, from: `${prefix}${lookup.from}`, ...inner } }
}
