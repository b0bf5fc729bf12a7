import { requireNotAborted } from '../model/abort.js'
import { isConversationStoreError } from '../model/errors.js'
import { limits } from '../model/limits.js'
import { stackFrames } from '../model/stack-frames.js'
import type { InboxMigration } from '../store/inbox-move-port.js'
import type { KeptLease } from '../store/keep-lease.js'
import type { MigrationClock } from './clock.js'
import { lineOf, type MigrationLogger } from './migration-logger.js'
import type { MigratingAccount } from './options.js'
import { createPace, type Rest } from './pace.js'
import { mayPass, mostAttempts } from './patience.js'

export interface RunOptions {
  readonly lease: KeptLease
  readonly pauseMs: number
  readonly slowMs: number
  readonly batchMs: number
  readonly signal: AbortSignal
  readonly clock: MigrationClock
  readonly logger: MigrationLogger
}

/** How many people a first batch looks at where they may become one with others, or part again, one after the other. */
const peopleAtFirst = 50

/**
 * Moves batch after batch, until the migration is over, at the pace that the database bears. A batch of several people
 * that takes longer than `batchMs` is given up. What fails for good ends the migration as failed. Throws LEASE_LOST and
 * ABORTED, which leave it to whoever comes next.
 */
export async function runMigration(account: MigratingAccount, found: InboxMigration, options: RunOptions): Promise<InboxMigration> {
  const { lease, signal, clock, logger, pauseMs, slowMs, batchMs } = options
  const { id: migrationId } = found
  const { kind, key, token } = lease
  const under = { lease: { kind, key, token } }
  const isOfStrangers = found.kind !== 'undo' && found.onActiveConflict === 'skip'
  const pace = createPace({ peopleAtFirst: isOfStrangers ? limits.movedPeople : peopleAtFirst, pauseMs, slowMs })
  let migration = found
  let attempts = 0
  while (migration.completedAt === null) {
    requireNotAborted(signal)
    lease.requireHeld()
    const people = pace.people()
    // One person alone may need the longest that the store allows, because nobody moves in part.
    const bound = people > 1 ? { withinMs: batchMs } : {}
    const sentAt = clock.now()
    let rest: Rest
    try {
      migration = await account.moveInboxBatch({ migrationId, expectedBatches: migration.batches, people, ...bound }, under)
      attempts = 0
      rest = pace.moved(clock.now() - sentAt)
    } catch (error) {
      if (isConversationStoreError(error, 'LEASE_LOST')) throw error
      attempts += 1
      if (!mayPass(error) || attempts === mostAttempts) {
        logger.error(lineOf(migrationId, `failed: ${told(error).message}`))
        return account.endInboxMigration({ migrationId, as: 'failed', ...told(error) }, under)
      }
      rest = pace.failed(clock.now() - sentAt, attempts)
      logger.warn(lineOf(migrationId, `the database could not take a batch, attempt ${attempts}: ${told(error).message}`))
      migration = (await account.findInboxMigration({ migrationId }).catch(() => null)) ?? migration
    }
    if (migration.completedAt !== null) break
    if (rest.stoppedBy !== null) logger.warn(lineOf(migrationId, stopLine(rest, slowMs)))
    await clock.sleep(rest.ms, signal)
  }
  return migration
}

function stopLine({ ms, stoppedBy }: Rest, slowMs: number): string {
  return `stops for ${ms} ms, because the database answers slowly: ${stoppedBy} of the last batches took over ${slowMs} ms`
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
