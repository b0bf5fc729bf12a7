import type { InboxCounts, InboxMigration, InboxMovePreview, MovingKind, OnActiveConflict } from '../model/inbox-migrations.js'
import type { MigrationEnd } from '../model/planning/inbox-migrations.js'
import type { AdapterPage } from './adapter-page.js'
import type { Bounded, PageRequest, Scoped, WriteStamp } from './call-stamps.js'

export type {
  InboxCounts,
  InboxMigration,
  InboxMigrationKind,
  InboxMigrationStatus,
  InboxMoveMatch,
  InboxMovePreview,
  KnownInDestination,
  MovingKind,
  OnActiveConflict,
} from '../model/inbox-migrations.js'

export interface BeginInboxMigration {
  /** Made by the core, so that a call that is sent again finds what it began. */
  readonly migrationId: string
  readonly kind: MovingKind
  readonly sourceOaId: string
  readonly destinationOaId: string
  readonly onActiveConflict: OnActiveConflict
  readonly userId: string | null
  readonly counted: InboxCounts
}

export interface UndoInboxMigration {
  /** The id of the undo, made by the core, so that a call that is sent again finds what it began. */
  readonly migrationId: string
  /** The migration that it undoes. */
  readonly undoes: string
  readonly userId: string | null
}

export interface MoveInboxBatch {
  readonly migrationId: string
  /** How many batches the migration has before this one. */
  readonly expectedBatches: number
  /** How many contact inboxes of the source the batch looks at, by `customerId`. */
  readonly people: number
  /** After which number of conversations it takes no further person. It takes at least one. */
  readonly conversations: number
  /**
   * Made by the core, for an undo. The people of a batch who leave conversations behind need one for each of their ids,
   * and those for whom none is left wait for the next pass.
   */
  readonly contactInboxIds: readonly string[]
}

export interface EndInboxMigration {
  readonly migrationId: string
  readonly end: MigrationEnd
}

/** `after` is [createdAt in ms, id]. The newest comes first. */
export interface ListInboxMigrations extends Scoped, PageRequest {
  readonly sourceOaId: string | null
  /** True: only those that are not over. False: only those that are. */
  readonly active: boolean | null
}

export interface PreviewInboxMove extends Scoped {
  readonly sourceOaId: string
  readonly destinationOaId: string
  /** The `customerId` after which this part begins, or null for the first. */
  readonly after: string | null
  /** How many contact inboxes of the source this part has. */
  readonly limit: number
}

/** Names no account: it asks which accounts have active migrations, at most `limit` of them, in the order of bytes. */
export interface FindInboxMigrationAccounts extends Bounded {
  readonly limit: number
  readonly signal: AbortSignal | null
}

/** The operations of migrations of inboxes. Each is one atomic step. */
export interface InboxMoveOperations {
  /**
   * Begins a migration, `queued`. It locks the rows of both inboxes first, in the order of their `oaId`, so of two that
   * share an inbox one begins. A call that is sent again finds what it began. Throws NOT_FOUND for an inbox that was
   * never connected, and INBOX_MIGRATION_IN_PROGRESS while one of the two takes part in another migration.
   */
  beginInboxMigration(input: WriteStamp & BeginInboxMigration): Promise<InboxMigration>
  /**
   * Begins the undo of a migration, `queued`, by the locks of `beginInboxMigration`. It is a migration of the kind
   * `undo` the other way round, which every other operation treats like any other one. Throws NOT_FOUND,
   * INBOX_MIGRATION_IN_PROGRESS, also while the migration itself is not over, and INBOX_UNDO_REFUSED for the undo of an
   * undo, and of what a completed one has undone. An undo that failed or was cancelled is gone on with by a new one.
   */
  undoInboxMigration(input: WriteStamp & UndoInboxMigration): Promise<InboxMigration>
  /**
   * Moves the next people of the source, each with all ids and all conversations, and moves the migration's cursor and
   * counts with them. It takes the locks of every write: the heads by id, then the conversations by id. So a message
   * that comes meanwhile is either moved with its conversation, or finds its customer gone from the source.
   *
   * A person whom the destination knows stays. What moves takes the destination's channel, loses its reply window
   * unless the migration is a conversion, and each conversation's version rises by 1. Every moved row keeps which
   * migration moved it, and what it had before.
   *
   * An undo moves back what carries the mark of the migration that it undoes, and takes the mark off:
   * - A person goes back whose head is marked, with all ids, also those that became known since.
   * - Channels come back from the marks. So does the reply window of a move, even if the person has written to the
   *   other number since, because a window is of one pair of numbers. What a conversion moved keeps the window that it
   *   has now.
   * - A marked conversation goes back with all that was said in it since. One that was opened since stays where it is,
   *   with contact inboxes of its own: a copy of each of the person's, under a new id. Its messages and events name
   *   them from then on. Nothing that a host sees of it changes, so its version stays.
   * - Events that wait go back with their person.
   * - These people stay, whole, and are counted in `skipped`: whom the inbox knows to which they would go back; whose
   *   head was not moved by the migration, because they became one with somebody else since; and whose conversations
   *   hold merged ones while others were opened since.
   *
   * A migration that is over, or that somebody cancelled, moves nothing, and the answer tells. A call that is sent
   * again moves and counts once. Throws NOT_FOUND, and LEASE_LOST for a migration that has another number of batches by
   * now.
   */
  moveInboxBatch(input: WriteStamp & MoveInboxBatch): Promise<InboxMigration>
  /**
   * Ends a migration. One that is queued is cancelled at once, and one that is running by its next batch. One that is
   * over stays as it is. Throws NOT_FOUND.
   */
  endInboxMigration(input: WriteStamp & EndInboxMigration): Promise<InboxMigration>
  findInboxMigration(input: Scoped & { readonly migrationId: string }): Promise<InboxMigration | null>
  listInboxMigrations(input: ListInboxMigrations): Promise<AdapterPage<InboxMigration>>
  previewInboxMove(input: PreviewInboxMove): Promise<InboxMovePreview>
  findInboxMigrationAccounts(input: FindInboxMigrationAccounts): Promise<readonly string[]>
}
