import { isInLastPass } from '../model/planning/inbox-migrations.js'
import type { InboxMigration } from '../store/inbox-move-port.js'

/** How far a migration is. */
export interface InboxMigrationProgress {
  readonly migration: InboxMigration
  /** From 0 to 100. It is 100 for a completed one alone, and the last known for others that are over. */
  readonly percentage: number
  /** Conversations that moved, for each second since it started. Null before the first batch. */
  readonly conversationsPerSecond: number | null
  /** How long it takes until the end, if it goes on like this. Null where nobody can tell, and once it is over. */
  readonly remainingMs: number | null
  /**
   * Whether it was completed by the tenth pass, which is the last one, so that people may have come into the source
   * behind it. Redirect the source, and move or convert it once more for them.
   */
  readonly endedByLastPass: boolean
}

/**
 * Tells how far a migration is, by the counts with which it was started and the times of its batches. Who stays is done
 * as well: the share is that of the contact inboxes that were moved and the people who stay, of all contact inboxes. A
 * person who stays with several ids counts as one of them, so it is never told further than it is.
 */
export function progressOf(migration: InboxMigration): InboxMigrationProgress {
  const { status, counted, moved, startedAt, updatedAt, completedAt } = migration
  const { done, all, left } = farOf(migration)
  const share = all === 0 ? 0 : Math.min(99, Math.floor((100 * done) / all))
  const ms = startedAt === null ? 0 : updatedAt.getTime() - startedAt.getTime()
  const isTold = completedAt === null && ms > 0 && done > 0 && counted.conversations > 0
  return {
    migration,
    percentage: status === 'completed' ? 100 : share,
    conversationsPerSecond: ms > 0 ? moved.conversations / (ms / 1000) : null,
    endedByLastPass: status === 'completed' && isInLastPass(migration),
    remainingMs: isTold ? Math.round((left / done) * ms) : null,
  }
}

/** What the passes have looked at, of all that the first one looks at, and what this one has yet to look at. */
function farOf({ counted, moved, pass, skipped }: InboxMigration): { readonly done: number; readonly all: number; readonly left: number } {
  const all = counted.contactInboxes
  const left = Math.max(0, all - moved.contactInboxes - skipped)
  // A further pass begins with everybody who was counted looked at once, and looks at those who stay once more.
  return pass === 1 ? { done: moved.contactInboxes + skipped, all, left } : { done: all + skipped, all, left }
}
