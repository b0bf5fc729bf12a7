import type { Doc, MongoDb } from '../driver.js'
import { collectionCall, commandCall, shellText } from './indexes/shell-text.js'

/** A write that a dry run did not make, in the form in which it would have been sent. */
interface RefusedWrite {
  readonly would: string
  /** How many documents it would change. Null where that is not counted. */
  readonly count: number | null
}

/** Thrown into a migration's code to stop it at its first write. */
class WriteRefused extends Error {
  override readonly name = 'WriteRefused'
}

/** A database that can only be read, and the writes that it has refused so far. */
export interface GuardedDb {
  readonly db: MongoDb
  readonly refused: readonly RefusedWrite[]
}

// The methods that only read. Anything that is not listed is refused, including methods of a later driver.
const databaseReads: ReadonlySet<string> = new Set(['listCollections', 'stats'])
const collectionReads: ReadonlySet<string> = new Set([
  'find',
  'findOne',
  'countDocuments',
  'estimatedDocumentCount',
  'distinct',
  'listIndexes',
  'indexes',
  'indexExists',
  'indexInformation',
  'options',
  'isCapped',
])
const readCommands: ReadonlySet<string> = new Set([
  'aggregate',
  'buildInfo',
  'collStats',
  'connectionStatus',
  'count',
  'dbStats',
  'distinct',
  'explain',
  'find',
  'getMore',
  'hello',
  'listCollections',
  'listIndexes',
  'ping',
])
const longestCall = 500

export function guardedDb(db: MongoDb): GuardedDb {
  const refused: RefusedWrite[] = []
  /**
   * Refuses a write. The rejection is also handled here, because code that does not await its write is not stopped by
   * it, and an unhandled rejection must not end the process.
   */
  const refuse = (would: string, count: () => Promise<number | null> = async () => null): Promise<never> => {
    const write = count()
      .catch(() => null)
      .then((counted): never => {
        refused.push({ would: shortened(would), count: counted })
        throw new WriteRefused(`a dry run writes nothing: ${shortened(would)}`)
      })
    write.catch(() => undefined)
    return write
  }
  const refuseNow = (would: string): never => {
    refused.push({ would: shortened(would), count: null })
    throw new WriteRefused(`a dry run writes nothing: ${shortened(would)}`)
  }

  const guardedCollection = (name: string, options?: object): object => {
    const collection = db.collection(name, options)
    const call = (method: string, args: readonly unknown[]) =>
      collectionCall(name, method, ...args.slice(0, method === 'bulkWrite' ? 1 : 2).map(summary))
    return guarded(collection, collectionReads, {
      aggregate: (pipeline: Doc[] = [], given?: object) => {
        if (pipeline.some(isOutput)) refuseNow(call('aggregate', [pipeline]))
        return guardedCursor(collection.aggregate(pipeline, given), (stage) => refuseNow(call('aggregate', [[...pipeline, stage]])))
      },
      other: (method, args) => {
        if (/^initialize|^watch/.test(method)) return refuseNow(call(method, []))
        const [filter, , options] = method === 'deleteMany' ? [args[0], null, args[1]] : args
        const isMany = method === 'updateMany' || method === 'deleteMany'
        const collation: unknown = Reflect.get(Object(options), 'collation')
        const count = async () =>
          isMany ? collection.countDocuments((filter ?? {}) as Doc, collation === undefined ? {} : { collation }) : null
        return refuse(call(method, args), count)
      },
    })
  }

  const guard = guarded(db, databaseReads, {
    collection: (name: string, options?: object) => guardedCollection(name, options),
    collections: async () => (await db.listCollections().toArray()).map((each) => guardedCollection(String(Reflect.get(each, 'name')))),
    command: (command: Doc, options?: object) => (isReadCommand(command) ? db.command(command, options) : refuse(commandCall(command))),
    other: (method, args) =>
      /^(admin|watch|aggregate|runCursorCommand)$/.test(method)
        ? refuseNow(`db.${method}()`)
        : refuse(`db.${method}(${args.slice(0, 2).map(shellText).join(', ')})`),
  })
  return { db: guard as MongoDb, refused }
}

interface Replacements {
  /** Called for every method that is neither a read nor replaced. */
  other(method: string, args: readonly unknown[]): unknown
  readonly [method: string]: (...args: never[]) => unknown
}

function guarded(target: object, reads: ReadonlySet<string>, replaced: Replacements): object {
  return new Proxy(target, {
    get(_, property) {
      const value: unknown = Reflect.get(target, property, target)
      if (typeof property === 'symbol') return value
      const replacement = property === 'other' ? undefined : replaced[property]
      if (replacement !== undefined) return replacement
      if (typeof value === 'function') {
        return reads.has(property) ? value.bind(target) : (...args: unknown[]) => replaced.other(property, args)
      }
      // The driver's own objects, such as a client or a topology, would give access to the database without the guard.
      return typeof value === 'object' && value !== null && !/^(readConcern|readPreference|writeConcern|bsonOptions|hint)$/.test(property)
        ? undefined
        : value
    },
    set: () => false,
  })
}

/** Wraps a cursor, because further stages can be added to it, and those may write. */
function guardedCursor<T extends object>(cursor: T, refuse: (stage: Doc) => never): T {
  const guard: T = new Proxy(cursor, {
    get(_, property) {
      const value: unknown = Reflect.get(cursor, property, cursor)
      if (typeof value !== 'function') return value
      return (...args: unknown[]) => {
        const [first] = args
        if (property === 'out' || property === 'merge') return refuse({ [`$${property}`]: first })
        if (property === 'addStage' && isOutput(first as Doc)) return refuse(first as Doc)
        const result: unknown = value.apply(cursor, args)
        return result === cursor ? guard : result
      }
    },
  })
  return guard
}

function isReadCommand(command: Doc): boolean {
  const [name] = Object.keys(command)
  if (name === undefined || !readCommands.has(name)) return false
  if (name === 'explain') return isReadCommand(Object(command.explain))
  return name !== 'aggregate' || !(Array.isArray(command.pipeline) && command.pipeline.some(isOutput))
}

function isOutput(stage: Doc): boolean {
  return typeof stage === 'object' && stage !== null && ('$out' in stage || '$merge' in stage)
}

/** Shortens a long list to its first element and the number of the rest, which is enough to see what it holds. */
function summary(argument: unknown): unknown {
  return Array.isArray(argument) && argument.length > 3 ? [argument[0], `and ${argument.length - 1} more`] : argument
}

function shortened(call: string): string {
  return call.length > longestCall ? `${call.slice(0, longestCall)}…` : call
}
