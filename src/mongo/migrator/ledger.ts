import type { Ledger, LedgerEntry, LedgerState } from '../../migrator/kernel/ledger.js'
import type { LeaseHolder } from '../../store/lease.js'
import type { Doc, MongoCollection, MongoDb } from '../driver.js'
import { heldBy } from '../lease-statements.js'
import { collectionSettings } from '../schema/collections.js'

const ledgerName = 'conversation_store_migrations'
/**
 * The id of the document that holds the entries, and the token that each write of them compares in its own statement,
 * which works on any server. The token changes only when the holder does.
 */
export const ledgerId = 'ledger'
/**
 * The id of the document that says who holds the lease. It is separate from the ledger, because a heartbeat that wrote
 * to the same document would abort the transaction of its own runner's batch.
 */
export const leaseId = 'lease'

/**
 * The id of the document that each batch writes first in its transaction. Whoever writes it waits for a batch that is
 * still open. It is separate from the ledger, because otherwise nobody could take the lock from a batch that hangs.
 */
export const batchId = 'batch'

export function openLedger(db: MongoDb): MongoCollection {
  return db.collection(ledgerName, collectionSettings)
}

/** The fields that tell who holds the lease, with the time that is left by the server's clock. */
export const holderFields = { holder: 1, since: 1, expires_in_ms: { $subtract: ['$expires_at', '$$NOW'] } } as const

/** Finds the document of the lease as long as it is this token's. */
export function heldWith(token: number): Doc {
  return { _id: leaseId, ...heldBy(token) }
}

/** The fields that a read of the ledger asks for. */
export const ledgerFields = {
  token: 1,
  'entries.id': 1,
  'entries.owner': 1,
  'entries.collection': 1,
  'entries.version': 1,
  'entries.name': 1,
  'entries.checksum': 1,
  'entries.state': 1,
  'entries.steps': 1,
  'entries.attempts': 1,
  'entries.failure': 1,
  'entries.seq': 1,
  'entries.library_version': 1,
  'entries.run_by': 1,
  'entries.started_at': 1,
  'entries.finished_at': 1,
} as const

/** Reads the ledger with one command. A reader never creates the document. */
export async function readLedger(ledger: MongoCollection): Promise<Ledger> {
  return toLedger(await ledger.findOne({ _id: ledgerId }, { projection: ledgerFields }))
}

export function toLedger(doc: Doc | null): Ledger {
  return { entries: ((doc?.entries ?? []) as Doc[]).map(toEntry) }
}

function toEntry(doc: Doc): LedgerEntry {
  const failure = doc.failure as { readonly step: string; readonly message: string } | null
  return {
    id: String(doc.id),
    owner: String(doc.owner),
    collection: String(doc.collection),
    version: String(doc.version),
    name: String(doc.name),
    checksum: String(doc.checksum),
    state: doc.state as LedgerState,
    steps: doc.steps as string[],
    attempts: Number(doc.attempts),
    failure,
    seq: Number(doc.seq),
    libraryVersion: String(doc.library_version),
    runBy: typeof doc.run_by === 'string' ? doc.run_by : null,
    startedAt: doc.started_at as Date,
    finishedAt: doc.finished_at as Date | null,
  }
}

/** Who holds the lease according to the document. Null for nobody. */
export function toHolder(doc: Doc | null): LeaseHolder | null {
  if (typeof doc?.holder !== 'string') return null
  return { holder: doc.holder, since: doc.since as Date, expiresInMs: Number(doc.expires_in_ms) }
}
