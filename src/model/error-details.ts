import type { ConnectionCause } from './connection-cause.js'
import type { KeptData } from './kept-data.js'

/** The details that each code carries. The keys of this table are the codes of the library. */
export interface ErrorDetails {
  /** `issues` name the paths and say what is allowed. They never hold the value. */
  VALIDATION_FAILED: { readonly issues: readonly ValidationIssue[] }
  PAYLOAD_TOO_LARGE: { readonly what: string; readonly limit: number; readonly actual: number }
  /** It does not exist, or it belongs to another account. Both cases get the same answer. */
  NOT_FOUND: { readonly what: 'conversation' | 'contact' | 'inbox' | 'merge' | 'inbox migration' }
  /** `actual` is null when there is no active conversation. */
  VERSION_CONFLICT: { readonly expected: number | 'absent'; readonly actual: number | null }
  ACTIVE_CONVERSATION_EXISTS: { readonly conversationId: string }
  INVALID_TRANSITION: { readonly from: string; readonly to: string }
  USERNAME_TAKEN: { readonly conversationId: string }
  /**
   * `mergeId` is the merge that has to be undone first, where there is one: of conversations with `not the last` and
   * `merged without link`, of contacts with `contacts merged since`. `kind` comes with `ids in conflict`.
   */
  MERGE_REFUSED: {
    readonly reason: MergeRefusal
    readonly mergeId: string | null
    readonly kind?: string
  }
  /** `otherOaId`: where the destination redirects itself, or what redirects to the source. */
  REDIRECT_REFUSED: { readonly reason: RedirectRefusal; readonly oaId: string; readonly to: string; readonly otherOaId: string }
  INBOX_ALREADY_CONNECTED: { readonly channel: string; readonly oaId: string }
  INBOX_CHANNEL_MISMATCH: { readonly expected: string; readonly actual: string }
  CONTENTION: { readonly attempts: number }
  /** `cause` is left out where nobody can tell it. */
  UNAVAILABLE: { readonly attempts: number; readonly cause?: ConnectionCause }
  COMMIT_OUTCOME_UNKNOWN: { readonly operationId: string }
  /** It is finished, was superseded, or is none of this account, inbox and source. All get the same answer. */
  SYNC_SESSION_NOT_FOUND: { readonly sessionId: string }
  /** One of the two inboxes takes part in `migrationId`, which is not over. */
  INBOX_MIGRATION_IN_PROGRESS: { readonly migrationId: string; readonly sourceOaId: string; readonly destinationOaId: string }
  /** `migrationId` can't be undone. `undoneBy` is the undo that has undone it, and null where it is one itself. */
  INBOX_UNDO_REFUSED: { readonly migrationId: string; readonly reason: 'is an undo' | 'was undone'; readonly undoneBy: string | null }
  ABORTED: Record<string, never>
  /** `cause` is there if the server refused the connection or the user. */
  UNSUPPORTED: { readonly operation: string; readonly needs: string; readonly cause?: ConnectionCause }
  SCHEMA_OUT_OF_DATE: { readonly missing: readonly string[] }
  /**
   * A unique index on one of the store's tables or collections, or on a partition of one, that the store did not make.
   * It refused a write. `table` is what it is on, with its schema if that is not the store's.
   */
  FOREIGN_UNIQUE_INDEX: { readonly table: string; readonly index: string }
  SCHEMA_TOO_NEW: { readonly found: number; readonly supported: number }
  DATA_DIR_LOCKED: { readonly dataDir: string; readonly pid: number; readonly host: string }
  STORE_CLOSED: Record<string, never>
  /**
   * `taken over`: the lease is another holder's, or nobody's, so this holder's writes are refused. `no answer`: the
   * database did not say in time that the lease still is this holder's, so another one may have it.
   */
  LEASE_LOST: { readonly key: string; readonly reason: 'taken over' | 'no answer' }
  /**
   * `expiresInMs`: milliseconds until the lease ends if its holder is gone. Null when the lock ends with the holder's
   * connection.
   */
  MIGRATION_LOCKED: { readonly database: string; readonly holder: string | null; readonly expiresInMs: number | null }
  /** Ids of migrations, as they stand in the ledger. */
  MIGRATION_REFUSED: {
    readonly database: string
    readonly changed: readonly string[]
    readonly missing: readonly string[]
    readonly outOfOrder: readonly string[]
    readonly newer: readonly string[]
  }
  MIGRATION_FAILED: { readonly database: string; readonly migration: string; readonly step: string; readonly reason: string }
  /** A way back would have dropped what holds data, and nothing of it was done. `kept` says what, and how many rows. */
  DATA_KEPT: {
    readonly database: string
    readonly migration: string
    readonly kept: readonly KeptData[]
  }
  /**
   * The data does not allow a unique index. `groups` holds at most 20 groups of equal keys, the largest first, and
   * `query` lists all of them.
   */
  DUPLICATE_KEYS: Place & {
    readonly database: string
    readonly collection: string
    readonly index: string
    readonly fields: readonly string[]
    readonly groups: readonly { readonly key: Readonly<Record<string, unknown>>; readonly count: number }[]
    readonly totalGroups: number
    readonly totalDocuments: number
    readonly query: string
    /**
     * With `merge`, messages of conversations that were to be merged share keys. `groups` is empty then, and the totals
     * say how many there are at least.
     */
    readonly during?: 'merge'
  }
  /** An existing index is in the way: `differences` names the fields in which it differs. */
  INDEX_CONFLICT: Place & {
    readonly database: string
    readonly collection: string
    readonly index: string
    readonly found: string
    readonly differences: readonly string[]
    /** The way of an adoption on which it was found. Left out in migrations. */
    readonly during?: 'apply' | 'revert'
  }
  /**
   * Other transactions did not let in a change of the schema. The error does not say what statements they run, because
   * those may hold what people wrote.
   */
  SCHEMA_CHANGE_BLOCKED: Place & {
    readonly database: string
    readonly object: string
    readonly attempts: number
    readonly blockers: readonly SchemaChangeBlocker[]
  }
  /** Another one has the lock of the inbox's sync. Times are the database's. */
  SYNC_IN_PROGRESS: { readonly lockedBy: string; readonly lockedAt: Date; readonly expiresAt: Date }
  /** People can't move from one of these inboxes to the other. `reason` says why, in words. */
  INBOX_NOT_ELIGIBLE: { readonly reason: string; readonly sourceOaId: string; readonly destinationOaId: string }
  /** What a preview counted has changed by more than 1 % of the inbox. `changed` names the counts. */
  STALE_PREVIEW: { readonly changed: readonly string[] }
  /** The source refuses its token, or the token lacks a right. Nothing is read until the host gives another one. */
  SOURCE_UNAUTHORIZED: { readonly source: string; readonly reason: string }
  /** `retryAfterMs`: how long the source says to wait. Null when it says nothing. */
  SOURCE_UNAVAILABLE: { readonly source: string; readonly attempts: number; readonly reason: string; readonly retryAfterMs: number | null }
}
/** The migration and the step that failed, as in MIGRATION_FAILED, if it was one. */
export interface Place {
  readonly migration?: string
  readonly step?: string
}
export type MergeRefusal =
  | 'same conversation'
  | 'too many parts'
  | 'not the last'
  | 'same contact'
  | 'joined since'
  | 'other inbox'
  | 'ids in conflict'
  | 'merged without link'
  | 'linked since'
  | 'contacts merged since'
export type RedirectRefusal = 'destination redirects' | 'source is a destination'
export interface SchemaChangeBlocker {
  readonly pid: number
  readonly transactionAgeMs: number | null
  /** For example `active` or `idle in transaction`. Null when the role may not see it. */
  readonly state: string | null
  readonly application: string | null
}
/** Codes of migrations. No operation of a store throws one of them. */
export type MigrationErrorCode =
  | 'MIGRATION_LOCKED'
  | 'MIGRATION_REFUSED'
  | 'MIGRATION_FAILED'
  | 'DATA_KEPT'
  | 'DUPLICATE_KEYS'
  | 'INDEX_CONFLICT'
  | 'SCHEMA_CHANGE_BLOCKED'
/** Codes of a source of history. No operation of a store throws one of them. */
export type SourceErrorCode = 'SOURCE_UNAUTHORIZED' | 'SOURCE_UNAVAILABLE'
/** Codes of syncs. No operation of a store throws one of them. */
export type SyncErrorCode = 'SYNC_IN_PROGRESS'
/** Codes of moves of inboxes. No operation of a store throws one of them. */
export type InboxMoveErrorCode = 'INBOX_NOT_ELIGIBLE' | 'STALE_PREVIEW'
export type ErrorCode = keyof ErrorDetails
export interface ValidationIssue {
  readonly path: string
  readonly message: string
}

/**
 * Whether the write took place. After `not_applied` it is safe to send the write again; after `unknown` it is safe only
 * with the same ids.
 */
export type WriteOutcome = 'not_applied' | 'applied' | 'unknown'
