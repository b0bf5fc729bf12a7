import { ConversationStoreError } from '../model/errors.js'
import type { MigrationClock } from './clock.js'
import type { MigratingAccount } from './options.js'
import { type InboxMigrationProgress, progressOf } from './progress.js'

export interface WatchOptions {
  /** How long to wait between two looks. Default 1,000. */
  readonly everyMs?: number
  /** Ends the iteration without an error. */
  readonly signal?: AbortSignal
}

const defaultEveryMs = 1_000

/** Looks at a migration again and again, and tells what changed, until it is over. Throws NOT_FOUND. */
export async function* watchMigration(
  account: Pick<MigratingAccount, 'findInboxMigration'>,
  migrationId: string,
  { everyMs = defaultEveryMs, signal }: WatchOptions,
  clock: MigrationClock,
): AsyncGenerator<InboxMigrationProgress, void, undefined> {
  let told = ''
  while (signal?.aborted !== true) {
    const migration = await account.findInboxMigration({ migrationId })
    if (migration === null) throw new ConversationStoreError('NOT_FOUND', { what: 'inbox migration' })
    const { batches, status, cancelRequestedAt } = migration
    const now = `${batches} ${status} ${cancelRequestedAt?.getTime() ?? ''}`
    if (told !== now) yield progressOf(migration)
    told = now
    if (migration.completedAt !== null) return
    await clock.sleep(everyMs, signal ?? null)
  }
}
