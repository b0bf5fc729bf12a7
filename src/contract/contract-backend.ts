import type { ConversationAdapter } from '../store/adapter.js'

/** A stored row as it lies in the database: snake_case names, `Date` for times, plain values for JSON. */
export type RawRow = { readonly [column: string]: unknown }

/**
 * Reads rows beside the adapter, by the database's own means: a store may not be its only witness.
 * The columns are those of the PostgreSQL schema; a database that keeps them under other names translates.
 */
export interface RawReader {
  inboxes(accountId: string): Promise<readonly RawRow[]>
  contacts(accountId: string): Promise<readonly RawRow[]>
  contactInboxes(accountId: string): Promise<readonly RawRow[]>
  conversations(accountId: string): Promise<readonly RawRow[]>
  messages(accountId: string): Promise<readonly RawRow[]>
  /** Waiting ones too: their `conversation_id` and `event_seq` are null. */
  events(accountId: string): Promise<readonly RawRow[]>
  owner(channel: string, oaId: string): Promise<RawRow | null>
}

/**
 * Brings the backend into states that only a database can be in. A backend that can not be in one has no hook for it;
 * `runContract` is told the reason, and registers the cases that need the hook as left out. Every adapter made here is
 * closed by the case.
 */
export interface ContractFaults {
  /** An adapter on a database that nobody migrated. */
  schemaMissing?(): Promise<ConversationAdapter>
  /** An adapter on a database that a newer library migrated. */
  schemaTooNew?(): Promise<ConversationAdapter>
  /** An adapter whose server does not answer. */
  unreachable?(): Promise<ConversationAdapter>
  /** Tries to open a data directory that a live process holds; `pid` is that process. */
  lockedDataDir?(): Promise<{ readonly pid: number; open(): Promise<unknown>; release(): Promise<void> }>
}

/**
 * What a host implements to prove an adapter. All adapters of one backend share one migrated database, which the
 * backend made for this run.
 */
export interface ContractBackend {
  readonly name: string
  /** False where calls with events are UNSUPPORTED: then the cases that need them prove just that. */
  readonly supportsEvents: boolean
  /** False where `store.using` is UNSUPPORTED. */
  readonly supportsTransactions: boolean
  /** A new adapter on the shared database; one with a pool of at least 10 connections where there is a pool. */
  createAdapter(): ConversationAdapter
  readonly raw: RawReader
  /** Runs `work` in a transaction of the host's own: committed when it resolves, rolled back when it throws. */
  inTransaction?<T>(work: (transaction: unknown) => Promise<T>): Promise<T>
  readonly faults?: ContractFaults
  close(): Promise<void>
}
