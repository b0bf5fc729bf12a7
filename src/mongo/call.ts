import { type CallLimits, callLimits, type Limited } from './call-limits.js'
import type { Doc, MongoCursor, MongoRows } from './driver.js'
import type { CollectionName, Collections } from './schema/collections.js'
import type { Written } from './translate-error.js'

/** One call of an operation: what limits its commands, and what they may have written outside a transaction. */
export interface MongoCall extends CallLimits {
  readonly collections: Collections
  readonly notes: Readonly<Notes>
}

/** Begins a call, whose commands go through `collections`. */
export function beginCall(collections: Collections, limited: Limited): MongoCall {
  const { options, onGivenUp, wait, isOver, end } = callLimits(limited)
  const notes: Notes = { written: 'nothing' }
  return { options, onGivenUp, wait, isOver, end, notes, collections: new CallCollections(collections, options, notes) }
}

interface Notes {
  written: Written
}

/** The collections of one call. Each is made when it is asked for, as most calls use one or two of the dozen. */
class CallCollections implements Collections {
  readonly #collections: Collections
  readonly #limits: CallLimits['options']
  readonly #notes: Notes

  constructor(collections: Collections, limits: CallLimits['options'], notes: Notes) {
    this.#collections = collections
    this.#limits = limits
    this.#notes = notes
  }

  get inboxes() {
    return this.#ofCall('inboxes')
  }
  get inbox_owners() {
    return this.#ofCall('inbox_owners')
  }
  get contacts() {
    return this.#ofCall('contacts')
  }
  get contact_inboxes() {
    return this.#ofCall('contact_inboxes')
  }
  get conversations() {
    return this.#ofCall('conversations')
  }
  get messages() {
    return this.#ofCall('messages')
  }
  get contact_interaction_events() {
    return this.#ofCall('contact_interaction_events')
  }
  get conversation_merges() {
    return this.#ofCall('conversation_merges')
  }
  get contact_merges() {
    return this.#ofCall('contact_merges')
  }
  get leases() {
    return this.#ofCall('leases')
  }
  get lease_tokens() {
    return this.#ofCall('lease_tokens')
  }
  get webhook_journal() {
    return this.#ofCall('webhook_journal')
  }
  get sync_state() {
    return this.#ofCall('sync_state')
  }
  get inbox_migrations() {
    return this.#ofCall('inbox_migrations')
  }

  #ofCall(name: CollectionName): MongoRows {
    return new CallCollection(this.#collections[name], this.#limits, this.#notes)
  }
}

/**
 * A collection of the driver for one call. It gives each command the call's limits, and takes note of the writes that
 * are no part of a transaction.
 */
class CallCollection implements MongoRows {
  readonly #inner: MongoRows
  readonly #limits: CallLimits['options']
  readonly #notes: Notes

  constructor(inner: MongoRows, limits: CallLimits['options'], notes: Notes) {
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
    return { ...options, ...this.#limits() }
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
