import type { InboxMigration } from '../store/inbox-move-port.js'

/** How far a migration is. */
export interface InboxMigrationProgress {
  readonly migration: InboxMigration
  /** From 0 to 100. It is 100 for a completed one alone, and the last known for others that are over. */
  readonly percentage: number
  /** Conversations for each second since it started. Null before the first batch. */
  readonly conversationsPerSecond: number | null
  /** How long it takes until the end, if it goes on like this. Null where nobody can tell, and once it is over. */
  readonly remainingMs: number | null
}

/** Tells how far a migration is, by the counts with which it was started and the times of its batches. */
export function progressOf(migration: InboxMigration): InboxMigrationProgress {
  const { status, counted, moved, startedAt, updatedAt, completedAt } = migration
  const [done, all] =
    counted.conversations > 0 ? [moved.conversations, counted.conversations] : [moved.contactInboxes, counted.contactInboxes]
  const share = all === 0 ? 0 : Math.min(99, Math.floor((100 * done) / all))
  const seconds = startedAt === null ? 0 : (updatedAt.getTime() - startedAt.getTime()) / 1000
  const rate = seconds > 0 ? moved.conversations / seconds : null
  const left = Math.max(0, counted.conversations - moved.conversations)
  const remainingMs = completedAt !== null || rate === null || rate === 0 ? null : Math.round((left / rate) * 1000)
  return { migration, percentage: status === 'completed' ? 100 : share, conversationsPerSecond: rate, remainingMs }
}
