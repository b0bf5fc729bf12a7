import { requireNotAborted } from '../model/abort.js'
import { isConversationStoreError } from '../model/errors.js'
import { limits } from '../model/limits.js'
import { stackFrames } from '../model/stack-frames.js'
import type { InboxMigration } from '../store/inbox-move-port.js'
import type { KeptLease } from '../store/keep-lease.js'
import type { MigrationClock } from './clock.js'
import { lineOf, type MigrationLogger } from './migration-logger.js'
import type { MigratingAccount } from './options.js'
import { mayPass, mostAttempts, pauseAfter } from './patience.js'

export interface RunOptions {
  readonly lease: KeptLease
  readonly pauseMs: number
  readonly slowMs: number
  readonly signal: AbortSignal
  readonly clock: MigrationClock
  readonly logger: MigrationLogger
}

/** How many people a first batch looks at where they may become one with others, or part again, one after the other. */
const peopleAtFirst = 50

/**
 * Moves batch after batch, until the migration is over. Between two batches it pauses. A batch that takes longer than
 * `slowMs`, or that the database can't take, halves the next ones, and lets the database rest for as long as it took.
 * What fails for good ends the migration as failed. Throws LEASE_LOST and ABORTED, which leave it to whoever comes
 * next.
 */
export async function runMigration(account: MigratingAccount, found: InboxMigration, options: RunOptions): Promise<InboxMigration> {
  const { lease, signal, clock, logger, pauseMs, slowMs } = options
  const { id: migrationId } = found
  const { kind, key, token } = lease
  const under = { lease: { kind, key, token } }
  let migration = found
  let people: number = found.kind !== 'undo' && found.onActiveConflict === 'skip' ? limits.movedPeople : peopleAtFirst
  let attempts = 0
  while (migration.completedAt === null) {
    requireNotAborted(signal)
    lease.requireHeld()
    const sentAt = clock.now()
    let rest = pauseMs
    try {
      migration = await account.moveInboxBatch({ migrationId, expectedBatches: migration.batches, people }, under)
      const took = clock.now() - sentAt
      attempts = 0
      if (took > slowMs) rest = Math.max(pauseMs, took)
      people = took > slowMs ? halfOf(people) : Math.min(limits.movedPeople, people * 2)
    } catch (error) {
      if (isConversationStoreError(error, 'LEASE_LOST')) throw error
      attempts += 1
      if (!mayPass(error) || attempts === mostAttempts) {
        logger.error(lineOf(migrationId, `failed: ${told(error).message}`))
        return account.endInboxMigration({ migrationId, as: 'failed', ...told(error) }, under)
      }
      logger.warn(lineOf(migrationId, `the database could not take a batch, attempt ${attempts}: ${told(error).message}`))
      migration = (await account.findInboxMigration({ migrationId }).catch(() => null)) ?? migration
      people = halfOf(people)
      rest = pauseAfter(attempts, pauseMs)
    }
    if (migration.completedAt === null) await clock.sleep(rest, signal)
  }
  return migration
}

function halfOf(people: number): number {
  return Math.max(1, Math.floor(people / 2))
}

/** What is kept of an error: the library's own sentence or its name, and where it was thrown, without contents. */
function told(error: unknown): { readonly message: string; readonly backtrace: string | null } {
  const message = isConversationStoreError(error) ? error.message : `an error that is not the library’s (${nameOf(error)})`
  const frames = error instanceof Error ? stackFrames(error) : []
  return { message, backtrace: frames.length === 0 ? null : frames.slice(0, 20).join('\n') }
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error
}
