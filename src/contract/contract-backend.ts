import type { ConversationAdapter } from '../store/adapter.js'

/** A row as the database stores it, with snake_case names, `Date` for times and plain values for JSON. */
export type RawRow = { readonly [column: string]: unknown }

/**
 * Reads rows without the adapter, by the database's own means, so that a store's own answers are not the only evidence.
 * The columns are those of the PostgreSQL schema. A backend whose database uses other names translates them.
 */
export interface RawReader {
  inboxes(accountId: string): Promise<readonly RawRow[]>
  contacts(accountId: string): Promise<readonly RawRow[]>
  contactInboxes(accountId: string): Promise<readonly RawRow[]>
  conversations(accountId: string): Promise<readonly RawRow[]>
  messages(accountId: string): Promise<readonly RawRow[]>
  /** Includes waiting events, whose `conversation_id` and `event_seq` are null. */
  events(accountId: string): Promise<readonly RawRow[]>
  /** The leases that are held, or ran out and were not released. */
  leases(accountId: string): Promise<readonly RawRow[]>
  /** The bodies of webhooks that are kept for an account. */
  webhookJournal(accountId: string): Promise<readonly RawRow[]>
  /** The sessions in which history is read. */
  syncState(accountId: string): Promise<readonly RawRow[]>
  /** The moves of inboxes. */
  inboxMigrations(accountId: string): Promise<readonly RawRow[]>
  owner(channel: string, oaId: string): Promise<RawRow | null>
}

/**
 * Brings the backend into states that only a database can be in. A backend that cannot be in one has no hook for it:
 * the host gives `runContract` the reason, and `runContract` registers the cases that need the hook as left out. The
 * case closes every adapter that is made here.
 */
export interface ContractFaults {
  /** Returns an adapter on a database that was never migrated. */
  schemaMissing?(): Promise<ConversationAdapter>
  /** Returns an adapter on a database that a newer version of the library has migrated. */
  schemaTooNew?(): Promise<ConversationAdapter>
  /** Returns an adapter whose server does not answer. */
  unreachable?(): Promise<ConversationAdapter>
  /** Tries to open a data directory that a live process holds; `pid` is that process. */
  lockedDataDir?(): Promise<{ readonly pid: number; open(): Promise<unknown>; release(): Promise<void> }>
}

/**
 * What a host implements to test an adapter. All adapters of one backend share one migrated database, which the backend
 * has made for this run.
 */
export interface ContractBackend {
  readonly name: string
  /** False when calls with events are UNSUPPORTED. The cases that need events then check only that. */
  readonly supportsEvents: boolean
  /** False when `store.using` is UNSUPPORTED. */
  readonly supportsTransactions: boolean
  /**
   * False when calls are UNSUPPORTED whose rows only a transaction can keep in step: those that match a username, that
   * connect or disconnect an inbox, or that give a known customer a channel. Default: true.
   */
  readonly supportsJointWrites?: boolean
  /** Returns a new adapter on the shared database. A pool, if there is one, has at least 10 connections. */
  createAdapter(): ConversationAdapter
  readonly raw: RawReader
  /**
   * Runs `work` in a transaction of the host's own. It is committed when `work` resolves, and rolled back when it
   * throws.
   */
  inTransaction?<T>(work: (transaction: unknown) => Promise<T>): Promise<T>
  readonly faults?: ContractFaults
  close(): Promise<void>
}
