import { migrationId } from '../../migrator/kernel/migration.js'
import { ConversationStoreError } from '../../model/errors.js'
import type { Deployment } from '../deployment.js'
import type { Doc, MongoClientLike, MongoCollection, MongoDb, MongoSession } from '../driver.js'
import { runTransaction } from '../run-transaction.js'
import { sessionsOf } from '../sessions.js'
import { contention, hasLabel } from '../translate-error.js'
import { ledgerId } from './ledger.js'
import type { LedgerWrites } from './ledger-writes.js'
import type { BatchPass, BatchScope, MigrationContext, MongoMigration } from './migration.js'

export interface BatchSource {
  readonly db: MongoDb
  readonly ledger: MongoCollection
  readonly writes: LedgerWrites
  /** Null if no client was given. The batches then run without transactions. */
  readonly client: MongoClientLike | null
  readonly deployment: () => Promise<Deployment>
  readonly migration: MongoMigration
  readonly direction: 'up' | 'down'
  readonly size: number
  readonly signal: AbortSignal
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
}

const attempts = 30
// Ids go back to the server exactly as they came: JavaScript cannot hold 2^53 + 1 as a number.
const exactly = { promoteValues: false, bsonRegExp: true }

export function batchOf(source: BatchSource): MigrationContext['batch'] {
  const names = new Set<string>()
  return async (pass, work) => {
    const { collection = source.migration.collection, name = collection } = pass
    if (names.has(name))
      throw new ConversationStoreError('VALIDATION_FAILED', { issues: [{ path: 'name', message: 'must be another for each pass' }] })
    names.add(name)
    const key = encodeURIComponent(`${source.direction}:${name}`).replaceAll('.', '%2E')
    return runPass(source, key, source.db.collection(collection, { readPreference: 'primary' }), pass, work)
  }
}

type Work = (documents: Doc[], batch: BatchScope) => Promise<unknown>

async function runPass(source: BatchSource, key: string, collection: MongoCollection, pass: BatchPass, work: Work) {
  const { client, deployment, signal } = source
  const inTransactions = client !== null && (await deployment()).transactions
  let state = (await readState(source, key)) ?? (await firstState(collection))
  let documents = 0
  while (!state.done) {
    signal.throwIfAborted()
    source.requireHeld()
    const one = (session?: MongoSession) => oneBatch(source, key, collection, pass, work, state, session)
    const next: PassState = inTransactions ? await inTransaction(client, signal, one) : await one()
    documents += next.documents - state.documents
    state = next
  }
  return { documents }
}

async function readState({ ledger, migration }: BatchSource, key: string): Promise<PassState | null> {
  const doc = await ledger.findOne({ _id: ledgerId }, { projection: { 'entries.id': 1, 'entries.passes': 1 }, ...exactly })
  const entry = ((doc?.entries ?? []) as Doc[]).find(({ id }) => id === migrationId(migration))
  const state = Reflect.get(Object(entry?.passes), key) as PassState | undefined
  return state === undefined ? null : { ...state, documents: Number(state.documents) }
}

async function firstState(collection: MongoCollection): Promise<PassState> {
  const [last] = await collection.find({}, { sort: { _id: -1 }, limit: 1, projection: { _id: 1 }, ...exactly }).toArray()
  return last === undefined ? { documents: 0, done: true } : { up_to: last._id, documents: 0, done: false }
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
    .find(within(filter, state.cursor, state.up_to), { ...inSession, sort, limit: size, projection: { _id: 1 }, ...exactly })
    .toArray()
  const last = ids.at(-1)?._id
  let documents: Doc[] = []
  if (last !== undefined) {
    const shown = projection === undefined ? {} : { projection }
    documents = await collection.find(within(filter, state.cursor, last), { ...inSession, sort, ...shown }).toArray()
    await work(documents, { session, signal })
  }
  const done = ids.length < size
  const next = { ...state, ...(last === undefined ? {} : { cursor: last }), documents: state.documents + documents.length, done }
  await writes.savePass(migration, key, next, inSession)
  return next
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
function inTransaction<T>(client: MongoClientLike, signal: AbortSignal, unit: (session: MongoSession) => Promise<T>): Promise<T> {
  return runTransaction(sessionsOf(client), unit, (error, attempt) => {
    if (!hasLabel(error, 'TransientTransactionError') || signal.aborted) throw error
    if (attempt === attempts) throw contention(attempt, error)
  })
}
