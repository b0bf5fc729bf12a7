import type { InboxMigrationStatus } from '../store/inbox-move-port.js'

/** What a host keeps of who moved which inbox. It holds nothing that people wrote. */
export interface InboxMigrationAudit {
  /**
   * - `started`: a migration was begun.
   * - `undo`: an undo was begun. Its inboxes are those of what it undoes, the other way round.
   * - `refused`: a start was refused, with the `code` of the error. What fails because the database could not take it,
   *   or because somebody aborted it, is no refusal. Over HTTP every refusal is told, also of a request that only
   *   looks, and `FORBIDDEN` is the code for somebody who is no administrator.
   * - `cancelled`: somebody asked to cancel one.
   * - `ended`: one is over, with its `status`.
   */
  readonly type: 'started' | 'undo' | 'refused' | 'cancelled' | 'ended'
  readonly accountId: string
  /** Null where none was begun. */
  readonly migrationId: string | null
  /** Null where a request was refused before it was known which inboxes it is about. */
  readonly sourceOaId: string | null
  readonly destinationOaId: string | null
  readonly userId: string | null
  readonly status?: InboxMigrationStatus
  readonly code?: string
}

/**
 * Called once for each event, after what it tells of. What it throws, the call throws, although the migration has
 * begun; a worker logs it. A worker that dies just after the last batch tells no end, so ask the migrations for it.
 */
export type OnAudit = (event: InboxMigrationAudit) => void | Promise<void>
