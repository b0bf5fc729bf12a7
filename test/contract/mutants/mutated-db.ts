import { setTimeout as sleep } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import type { Doc, MongoCollection, MongoDb } from '../../../src/mongo/driver.js'
import type { CollectionName } from '../../../src/mongo/schema/collections.js'

type Method = Exclude<keyof MongoCollection, 'createIndexes' | 'listIndexes'>

/** The parts of a call of the driver. If the method takes none, `filter` is empty and `body` is undefined. */
export interface MongoCommand {
  readonly filter: Doc
  /** The update, the pipeline, the documents or the operations. */
  readonly body: unknown
  readonly options: Doc
}

/** Changes the commands that the given methods send for one collection. */
export interface CommandBug {
  readonly of: CollectionName
  readonly by: readonly Method[]
  readonly change: (command: MongoCommand) => Partial<MongoCommand>
}

const shapes: Readonly<Record<Method, readonly (keyof MongoCommand)[]>> = {
  find: ['filter', 'options'],
  findOne: ['filter', 'options'],
  countDocuments: ['filter', 'options'],
  deleteOne: ['filter', 'options'],
  deleteMany: ['filter', 'options'],
  findOneAndUpdate: ['filter', 'body', 'options'],
  updateOne: ['filter', 'body', 'options'],
  updateMany: ['filter', 'body', 'options'],
  aggregate: ['body', 'options'],
  insertOne: ['body', 'options'],
  insertMany: ['body', 'options'],
  bulkWrite: ['body', 'options'],
}
const writes: ReadonlySet<string> = new Set(['insertOne', 'insertMany', 'updateOne', 'bulkWrite'])

export interface MutatedDb {
  readonly db: MongoDb
  /** How many commands were changed. */
  changed(): number
}

/**
 * The driver's database with collections that send the commands as the bugs change them. Each write first waits for
 * `delayMs`.
 */
export function mutatedDb(sound: MongoDb, bugs: readonly CommandBug[], delayMs: number): MutatedDb {
  let changed = 0
  const mutated = (collection: MongoCollection, name: string) =>
    new Proxy(collection, {
      get(target, property) {
        const method: unknown = Reflect.get(target, property)
        if (typeof method !== 'function' || typeof property !== 'string' || !isMethod(property)) return method
        const mine = bugs.filter(({ of, by }) => of === name && by.includes(property))
        const send = (...args: unknown[]) => {
          const meant = commandOf(property, args)
          let sent = meant
          for (const { change } of mine) sent = { ...sent, ...change(sent) }
          if (!isDeepStrictEqual(sent, meant)) changed += 1
          return Reflect.apply(
            method,
            target,
            shapes[property].map((part) => sent[part]),
          )
        }
        if (delayMs === 0 || !writes.has(property)) return send
        return async (...args: unknown[]) => {
          await sleep(delayMs)
          return send(...args)
        }
      },
    })
  const db: MongoDb = {
    collection: (name, options) => mutated(sound.collection(name, options), name),
    command: (command, options) => sound.command(command, options),
    createCollection: (name, options) => sound.createCollection(name, options),
    listCollections: (filter, options) => sound.listCollections(filter, options),
  }
  return { db, changed: () => changed }
}

function isMethod(name: string): name is Method {
  return name in shapes
}

function commandOf(method: Method, args: readonly unknown[]): MongoCommand {
  const parts = Object.fromEntries(shapes[method].map((part, index) => [part, args[index] ?? {}]))
  return { filter: {}, body: undefined, options: {}, ...parts }
}

/** A copy of the document without some of its fields. */
export function without(doc: Doc, ...fields: readonly string[]): Doc {
  return Object.fromEntries(Object.entries(doc).filter(([field]) => !fields.includes(field)))
}

/** A copy in which `replace` was applied to each document, the innermost first. */
export function rewritten(value: unknown, replace: (doc: Doc) => unknown): unknown {
  if (Array.isArray(value)) return value.map((each) => rewritten(each, replace))
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value
  return replace(Object.fromEntries(Object.entries(value).map(([field, each]) => [field, rewritten(each, replace)])))
}
