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
  /** Where to go on: the last account of the call before. Null begins with the first. */
  readonly after: string | null
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
   * What moves takes the destination's channel, loses its reply window unless the migration is a conversion, and each
   * conversation's version rises by 1. Every moved row keeps which migration moved it, and what it had before.
   *
   * A person whom the destination knows stays where the migration skips. Where it closes the source, or merges:
   * - Their active conversation closes as it is, unread messages included, in the change that moves it. If the
   *   migration merges, it is merged into the active one that the person has in the destination, by the rules of
   *   `mergeConversations`, and stays active where there is none. It closes all the same where the one can't hold the
   *   other, or where somebody else's active conversation there has its username.
   * - If the destination has one of their ids, they become one person with whoever has it: all their contact inboxes
   *   are aliases of that one's, and all their conversations that one's. The destination's id, contact, name and active
   *   conversation stay, and that conversation's version rises, because its ids have. The two contacts are merged.
   * - No message and no event is written: the head's scopes tell where they are stored. Of an id that both inboxes
   *   have, the row of the source keeps what is stored under it, and gets a name that no channel gives anybody.
   * - What waits, how far was read, and copies of one message are left as they are: they are about one inbox each.
   * - Those whom the destination knows by a username only move as people of their own, closed.
   * - These stay, whole, and are counted in `skipped`: whose ids are those of two people of the destination, and those
   *   who have another current id of one kind than the person there.
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
   * - Who became one with a person of the destination is parted from that one, the last one first, and each has their
   *   ids, contact and conversations as before. A conversation that the move has closed has its status again, unless it
   *   was touched since, or is beside another active one of its customer or its username. What was said in the
   *   destination's own conversations since stays there. A merge of the two conversations is undone. Contacts that were
   *   merged further stay one.
   * - These people stay, whole, and are counted in `skipped`: whom the inbox knows to which they would go back; whose
   *   head was not moved by the migration, because they became one with somebody else since; whose conversations hold
   *   merged ones while others were opened since; with whom somebody became one by a later migration; and, of those who
   *   became one with a person of the destination, whoever can't be told apart from that one any more, or has a
   *   conversation that got messages, or was merged further, since.
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
