import type { InboxCounts, InboxMigration, InboxMovePreview, MovingKind, OnActiveConflict } from './inbox-move-port.js'
import type { CallOptions, PageInput, WriteOptions } from './inputs.js'
import type { PagedList } from './paged-list.js'

export interface BeginInboxMigrationInput {
  /** The inbox whose people move. It was connected once. */
  readonly sourceOaId: string
  /** Where they move to. It was connected once, and is another inbox. */
  readonly destinationOaId: string
  /** Default `move`. */
  readonly kind?: MovingKind
  readonly onActiveConflict: OnActiveConflict
  /** Who starts it, in the host's words. */
  readonly userId?: string | null
  /** What is in the source, by which progress is told. Default: nothing. */
  readonly counted?: InboxCounts
}

export interface UndoInboxMigrationInput {
  /** The migration that is to be undone. */
  readonly migrationId: string
  /** Who undoes it, in the host's words. */
  readonly userId?: string | null
}

export interface MoveInboxBatchInput {
  readonly migrationId: string
  /** How many batches the migration had before this one. */
  readonly expectedBatches: number
  /** How many contact inboxes of the source the batch looks at. Default 500, which is the most. */
  readonly people?: number
  /** After which number of conversations it takes no further person. Default 2,000. It takes at least one person. */
  readonly conversations?: number
  /**
   * How long the batch may take over all its attempts, in milliseconds, if that is less than the store's `deadlineMs`.
   * When it is over, the call ends as any other whose time is up: nothing of a batch that throws UNAVAILABLE or
   * CONTENTION is applied.
   */
  readonly withinMs?: number
}

/** Why it ends: somebody cancels it, or something has to be mended first. Both texts hold nothing that people wrote. */
export type EndInboxMigrationInput =
  | { readonly migrationId: string; readonly as: 'cancelled' }
  | { readonly migrationId: string; readonly as: 'failed'; readonly message: string; readonly backtrace?: string | null }

export interface ListInboxMigrationsInput extends PageInput {
  readonly sourceOaId?: string
  /** True: only those that are not over. False: only those that are. Default: all. */
  readonly active?: boolean
}

export interface PreviewInboxMoveInput {
  readonly sourceOaId: string
  readonly destinationOaId: string
  /** `next` of the part before. Default: the first part. */
  readonly after?: string | null
  /** How many contact inboxes of the source this part has. Default 1,000. */
  readonly limit?: number
}

/**
 * The moves of whole inboxes. `inboxMigrations(account)` of `conversation-store/inbox-migrations` is built on them: it
 * says which inboxes are eligible, and works under the lease `{ kind: 'inbox-migration', key: migrationId }`. The
 * methods that write are here for a worker of a host's own. Give them that lease.
 */
export interface InboxMoves {
  /**
   * Begins a migration, `queued`, in one atomic step. Throws INBOX_MIGRATION_IN_PROGRESS while one of the two inboxes
   * takes part in another migration, NOT_FOUND for an inbox that was never connected, and UNSUPPORTED on a standalone
   * mongod.
   */
  beginInboxMigration(input: BeginInboxMigrationInput, options?: WriteOptions): Promise<InboxMigration>

  /**
   * Begins the undo of a migration, `queued`, in one atomic step: a migration of the kind `undo`, whose batches move
   * back what that one moved, also where it failed or was cancelled. Conversations that were opened since stay. Throws
   * NOT_FOUND, INBOX_MIGRATION_IN_PROGRESS while one of the two inboxes takes part in a migration, INBOX_UNDO_REFUSED
   * for an undo and for what was undone already, and UNSUPPORTED on a standalone mongod.
   */
  undoInboxMigration(input: UndoInboxMigrationInput, options?: WriteOptions): Promise<InboxMigration>

  /**
   * Moves the next people of the source in one atomic step: each with all of their ids and conversations, or not at
   * all. Messages come along unwritten. The migration's place and counts move in the same step. One that is over, or
   * was cancelled, moves nobody: look at `status`. Throws NOT_FOUND, LEASE_LOST when another process has moved a batch
   * since, and UNSUPPORTED on a standalone mongod.
   */
  moveInboxBatch(input: MoveInboxBatchInput, options?: WriteOptions): Promise<InboxMigration>

  /**
   * Ends a migration. A queued one is cancelled at once. A running one is cancelled by its next batch, and until then
   * has `cancelRequestedAt`. What moved stays moved. One that is over stays as it is. Throws NOT_FOUND, and UNSUPPORTED
   * on a standalone mongod.
   */
  endInboxMigration(input: EndInboxMigrationInput, options?: WriteOptions): Promise<InboxMigration>

  /** Returns a migration, or null. */
  findInboxMigration(input: { readonly migrationId: string }, options?: CallOptions): Promise<InboxMigration | null>

  /** Lists migrations of one source or of all, the newest first. */
  listInboxMigrations(input?: ListInboxMigrationsInput, options?: CallOptions): PagedList<InboxMigration>

  /**
   * Counts a part of the source, by `customerId`, and names who of it is known in the destination. It is no guard: what
   * is moved is decided by each batch.
   */
  previewInboxMove(input: PreviewInboxMoveInput, options?: CallOptions): Promise<InboxMovePreview>
}
