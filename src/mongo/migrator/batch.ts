import { migrationId } from '../../migrator/kernel/migration.js'
import type { PassedRows } from '../../migrator/kernel/target.js'
import { ConversationStoreError } from '../../model/errors.js'
import type { Deployment } from '../deployment.js'
import type { Doc, MongoCollection, MongoDb, MongoSession } from '../driver.js'
import { estimatedCount } from '../estimated-count.js'
import { runTransaction, whileOthersAreFaster } from '../run-transaction.js'
import type { Sessions } from '../sessions.js'
import { upserted } from '../upserted.js'
import { exactId, exactIds, exactly, fromStored, isDocument, toStored, withExactId } from './exact-ids.js'
import { batchId, ledgerId } from './ledger.js'
import type { LedgerWrites } from './ledger-writes.js'
import type { BatchPass, BatchScope, MigrationContext, MongoMigration } from './migration.js'
import type { RunSession } from './run-session.js'

export interface BatchSource {
  readonly db: MongoDb
  readonly ledger: MongoCollection
  readonly writes: LedgerWrites
  readonly session: RunSession
  readonly deployment: () => Promise<Deployment>
  readonly migration: MongoMigration
  readonly direction: 'up' | 'down'
  readonly size: number
  readonly signal: AbortSignal
  /** Called behind each batch. */
  onRows(rows: PassedRows): void
  /** Throws LEASE_LOST when another runner holds the lease. */
  requireHeld(): void
}

/** How far a pass has got, as the ledger stores it. */
interface PassState {
  /** The last id that is done. It is missing while none is. */
  readonly cursor?: unknown
  /** The highest id at the start. Without it a pass would never end while others insert. */
  readonly up_to?: unknown
  readonly documents: number
  readonly done: boolean
  /** True if the ids are kept as `toStored` makes them. An older version kept them as they were. */
  readonly stored?: boolean
}

const attempts = 30

export function batchOf(source: BatchSource): MigrationContext['batch'] {
  const names = new Set<string>()
  return async (pass, work) => {
    const { collection = source.migration.collection, name = collection } = pass
    if (names.has(name))
      throw new ConversationStoreError('VALIDATION_FAILED', { issues: [{ path: 'name', message: 'must be another for each pass' }] })
    names.add(name)
    const key = encodeURIComponent(`${source.direction}:${name}`).replaceAll('.', '%2E')
    return runPass(source, key, collection, pass, work)
  }
}

type Work = (documents: Doc[], batch: BatchScope) => Promise<unknown>

async function runPass(source: BatchSource, key: string, name: string, pass: BatchPass, work: Work) {
  const collection = source.db.collection(name, { readPreference: 'primary' })
  const { deployment, signal } = source
  // Without a client, and on a standalone server, the batches run without transactions.
  const sessions = (await deployment()).transactions ? await source.session.sessions() : null
  let state = (await readState(source, key)) ?? (await firstState(collection))
  let documents = 0
  const of = state.done ? 0 : await estimatedCount(source.db, name)
  if (sessions !== null && !state.done)
    await upserted(() => source.ledger.updateOne({ _id: batchId }, { $inc: { passes: 1 } }, { upsert: true }))
  while (!state.done) {
    signal.throwIfAborted()
    source.requireHeld()
    source.onRows({ done: state.documents, of })
    const one = (session?: MongoSession) => oneBatch(source, key, collection, pass, work, state, session)
    const inOrder = async (session: MongoSession) => {
      // This comes first, so that whoever takes over waits for all that the batch writes (run-lock.ts).
      await source.ledger.updateOne({ _id: batchId }, { $inc: { batches: 1 } }, { session })
      return one(session)
    }
    const next: PassState = sessions === null ? await one() : await inTransaction(sessions, signal, inOrder)
    documents += next.documents - state.documents
    state = next
  }
  return { documents }
}

async function readState({ ledger, migration }: BatchSource, key: string): Promise<PassState | null> {
  const doc = await ledger.findOne({ _id: ledgerId }, { projection: { 'entries.id': 1, 'entries.passes': 1 }, ...exactly })
  const entry = ((doc?.entries ?? []) as Doc[]).find(({ id }) => id === migrationId(migration))
  const state = Reflect.get(Object(entry?.passes), key) as PassState | undefined
  if (state === undefined) return null
  const documents = Number(state.documents)
  return state.stored === true ? { ...state, documents, ...mapIds(state, fromStored) } : { ...state, documents }
}

function mapIds({ cursor, up_to }: PassState, map: (id: unknown) => unknown): Pick<PassState, 'cursor' | 'up_to'> {
  return { ...(cursor === undefined ? {} : { cursor: map(cursor) }), ...(up_to === undefined ? {} : { up_to: map(up_to) }) }
}

async function firstState(collection: MongoCollection): Promise<PassState> {
  const [last] = await collection.find({}, { sort: { _id: -1 }, limit: 1, projection: exactIds, ...exactly }).toArray()
  return last === undefined ? { documents: 0, done: true } : { up_to: exactId(last), documents: 0, done: false }
}

/**
 * Reads a page, runs the work on it and records that it is done. With a session all of it is one transaction, otherwise
 * it happens in this order.
 */
async function oneBatch(
  { writes, migration, size: usual, signal }: BatchSource,
  key: string,
  collection: MongoCollection,
  { filter = {}, projection, size = usual }: BatchPass,
  work: Work,
  state: PassState,
  session?: MongoSession,
): Promise<PassState> {
  const inSession = session === undefined ? {} : { session }
  const sort = { _id: 1 }
  const ids = await collection
    .find(within(filter, state.cursor, state.up_to), { ...inSession, sort, limit: size, projection: exactIds, ...exactly })
    .toArray()
  const lastRead = ids.at(-1)
  const last = lastRead === undefined ? undefined : exactId(lastRead)
  let documents: Doc[] = []
  if (last !== undefined) {
    const shown = projection === undefined ? {} : { projection }
    const found = await collection.find(within(filter, state.cursor, last), { ...inSession, sort, ...shown }).toArray()
    documents = inOneOrder(found, ids, session !== undefined)
    await work(documents, { session, signal })
  }
  const done = ids.length < size
  const next = { ...state, ...(last === undefined ? {} : { cursor: last }), documents: state.documents + documents.length, done }
  await writes.savePass(migration, key, { ...next, ...mapIds(next, toStored), stored: true }, inSession)
  return next
}

/**
 * The documents of a page with their ids as the server has them. Throws an error if the page went over other documents
 * than it had found: in a transaction none comes or goes meanwhile, and outside of one the ids of others would be mixed
 * up.
 */
function inOneOrder(documents: readonly Doc[], ids: readonly Doc[], inTransaction: boolean): Doc[] {
  const mixed = documents.length !== ids.length
  if (mixed && inTransaction) throw new Error(`a page found ${ids.length} ids, and ${documents.length} documents by them`)
  if (!ids.some(isDocument)) return [...documents]
  if (mixed) throw new Error('documents came or went while a page was read; run migrate again')
  return documents.map((document, at) => withExactId(document, ids[at] ?? {}))
}

/**
 * Limits a filter to a range of ids. The comparison is an expression, because that follows the order of all BSON types,
 * where a plain `$gt` matches only ids of the same type.
 */
function within(filter: Doc, after: unknown, upTo: unknown): Doc {
  const bounds = [...(after === undefined ? [] : [{ $gt: ['$_id', { $literal: after }] }]), { $lte: ['$_id', { $literal: upTo }] }]
  return { $and: [...(Object.keys(filter).length === 0 ? [] : [filter]), { $expr: { $and: bounds } }] }
}

/**
 * Runs one batch in a transaction, and starts again while other writers are faster. Throws CONTENTION after 30
 * attempts. If a commit's outcome stays unknown, the place in the ledger tells the next run whether the batch was
 * applied.
 */
function inTransaction<T>(sessions: Sessions, signal: AbortSignal, unit: (session: MongoSession) => Promise<T>): Promise<T> {
  return runTransaction(sessions, unit, whileOthersAreFaster(attempts, signal))
}
