import { type CallLimits, callLimits, type Limited } from './call-limits.js'
import type { Doc, MongoCursor, MongoRows } from './driver.js'
import type { CollectionName, Collections } from './schema/collections.js'
import type { Written } from './translate-error.js'

/** One call of an operation: what limits its commands, and what they may have written outside a transaction. */
export interface MongoCall extends CallLimits {
  readonly collections: Collections
  readonly written: Written
}

/** Begins a call, whose commands go through `collections`. */
export function beginCall(collections: Collections, limited: Limited): MongoCall {
  const notes: Notes = { written: 'nothing' }
  const limits = callLimits(limited)
  const ofCall = Object.entries(collections).map(([name, collection]) => [name, new CallCollection(collection, limits, notes)])
  return {
    ...limits,
    collections: Object.fromEntries(ofCall) as Record<CollectionName, MongoRows>,
    get written() {
      return notes.written
    },
  }
}

interface Notes {
  written: Written
}

/**
 * A collection of the driver for one call. It gives each command the call's limits, and takes note of the writes that
 * are no part of a transaction.
 */
class CallCollection implements MongoRows {
  readonly #inner: MongoRows
  readonly #limits: CallLimits
  readonly #notes: Notes

  constructor(inner: MongoRows, limits: CallLimits, notes: Notes) {
    this.#inner = inner
    this.#limits = limits
    this.#notes = notes
  }

  find(filter: Doc, options?: object): MongoCursor {
    return this.#inner.find(filter, this.#limited(options))
  }
  findOne(filter: Doc, options?: object): Promise<Doc | null> {
    return this.#inner.findOne(filter, this.#limited(options))
  }
  aggregate(pipeline: Doc[], options?: object): MongoCursor {
    return this.#inner.aggregate(pipeline, this.#limited(options))
  }
  countDocuments(filter: Doc, options?: object): Promise<number> {
    return this.#inner.countDocuments(filter, this.#limited(options))
  }
  findOneAndUpdate(filter: Doc, update: Doc | Doc[], options?: object) {
    return this.#write(options, (limited) => this.#inner.findOneAndUpdate(filter, update, limited))
  }
  updateOne(filter: Doc, update: Doc | Doc[], options?: object) {
    return this.#write(options, (limited) => this.#inner.updateOne(filter, update, limited))
  }
  updateMany(filter: Doc, update: Doc | Doc[], options?: object) {
    return this.#write(options, (limited) => this.#inner.updateMany(filter, update, limited))
  }
  deleteOne(filter: Doc, options?: object) {
    return this.#write(options, (limited) => this.#inner.deleteOne(filter, limited))
  }
  deleteMany(filter: Doc, options?: object) {
    return this.#write(options, (limited) => this.#inner.deleteMany(filter, limited))
  }
  insertOne(document: Doc, options?: object) {
    return this.#write(options, (limited) => this.#inner.insertOne(document, limited))
  }
  insertMany(documents: readonly Doc[], options?: object) {
    return this.#write(options, (limited) => this.#inner.insertMany(documents, limited))
  }
  bulkWrite(operations: readonly object[], options?: object) {
    return this.#write(options, (limited) => this.#inner.bulkWrite(operations, limited))
  }

  #limited(options: object = {}): object {
    return { ...options, ...this.#limits.options() }
  }

  async #write<T>(options: object | undefined, send: (options: object) => Promise<T>): Promise<T> {
    const limited = this.#limited(options)
    if (Reflect.get(limited, 'session') !== undefined) return send(limited)
    const notes = this.#notes
    if (notes.written === 'nothing') notes.written = 'perhaps'
    const result = await send(limited)
    if (wroteSomething(result)) notes.written = 'something'
    else if (notes.written === 'perhaps') notes.written = 'nothing'
    return result
  }
}

/** False if the answer of a write says that there was nothing to write to. */
function wroteSomething(result: unknown): boolean {
  if (result === null) return false
  const counts = ['matchedCount', 'upsertedCount', 'deletedCount'].map((name) => Reflect.get(Object(result), name))
  return counts.every((count) => count === undefined) || counts.some((count) => Number(count) > 0)
}
