import { isConversationStoreError } from '../model/errors.js'
import { parse } from '../model/validation/parse.js'
import type { ConversationStore } from '../store/create-conversation-store.js'
import type { InboxMigration } from '../store/inbox-move-port.js'
import { type KeptLease, keepLease } from '../store/keep-lease.js'
import { thisProcess } from '../store/this-process.js'
import type { OnAudit } from './audit.js'
import { type MigrationClock, systemClock } from './clock.js'
import { consoleLogger, lineOf, type MigrationLogger } from './migration-logger.js'
import type { MigratingAccount } from './options.js'
import { mayPass, mostAttempts, pauseAfter } from './patience.js'
import { runMigration } from './run-migration.js'
import { workOptionsInput } from './schemas.js'

export interface WorkOptions {
  /** Ends the loop after the batches that are at work. */
  readonly signal?: AbortSignal
  /** How many migrations this process works on at once. Default 1. */
  readonly concurrency?: number
  /** Whether to end when nothing is left to do, as a job of a queue does. Default false: it waits for more. */
  readonly stopWhenIdle?: boolean
  /** How long to wait before looking again when nothing is to be done. Default 5,000. */
  readonly idleMs?: number
  /** How long to pause between two batches of a migration. Default 50. */
  readonly pauseMs?: number
  /**
   * A batch that takes longer is slow. It makes the next ones smaller, and the pause as long as itself. When more than
   * one of the last 100 batches is slow, so that their p99 is, the migration stops for two seconds, and for twice as
   * long after each slow batch that follows, for 30 seconds at most. In milliseconds. Default 1,000.
   */
  readonly slowMs?: number
  /**
   * The longest that a batch may take, in milliseconds. One that takes longer is given up: nothing of it is applied,
   * and the next ones are smaller. A batch of one person has as long as any call of the store. Default 10,000.
   */
  readonly batchMs?: number
  /** For how long the database keeps a migration's lease after its last renewal. Default 60,000. */
  readonly leaseMs?: number
  /** Who works, in words for whoever looks at leases. Default: the host's name and the process. */
  readonly holder?: string
  /** Gets the end of each migration. */
  readonly onAudit?: OnAudit
  readonly logger?: MigrationLogger
  /** For tests. */
  readonly clock?: MigrationClock
}

/** The kind of the leases under which migrations are worked on. Their key is the migration's id. */
const migrationKind = 'inbox-migration'

/**
 * The loop of a worker: it takes up the migrations of all accounts, each under its lease, and moves batch after batch.
 * Any number of workers may run, and one of them works on a migration at a time. A worker that dies is replaced once
 * its lease has run out, and whoever comes next goes on after the last batch. Resolves when the signal was aborted, or
 * with `stopWhenIdle` when nothing is left that no other worker does. When the database can't tell what is to be done,
 * it looks again, and after ten times in a row throws what the store throws. However it ends, nothing of it is at work
 * any more: it has waited for its batches, and has let its leases go.
 */
export async function work(store: Pick<ConversationStore, 'forAccount' | 'forOperator'>, options: WorkOptions = {}): Promise<void> {
  const { signal: given, onAudit = () => undefined, logger = consoleLogger, clock = systemClock, ...rest } = options
  const plain = parse(workOptionsInput, rest)
  const {
    concurrency = 1,
    stopWhenIdle = false,
    idleMs = 5_000,
    pauseMs = 50,
    slowMs = 1_000,
    batchMs = 10_000,
    leaseMs = 60_000,
    holder = thisProcess(),
  } = plain
  const ending = new AbortController()
  const signal = given === undefined ? ending.signal : AbortSignal.any([given, ending.signal])
  const busy = new Map<string, Promise<void>>()
  let attempts = 0

  try {
    while (!signal.aborted) {
      const wasIdle = busy.size === 0
      try {
        await takeUp()
        attempts = 0
      } catch (error) {
        attempts += 1
        if (!mayPass(error) || attempts === mostAttempts) throw error
        logger.warn(`[InboxMigration] could not look for migrations, attempt ${attempts}: ${error.message}`)
        await clock.sleep(pauseAfter(attempts, pauseMs), signal)
        continue
      }
      if (busy.size >= concurrency) await Promise.race(busy.values())
      else if (busy.size > 0) await Promise.race([...busy.values(), clock.sleep(idleMs, signal)])
      else if (stopWhenIdle && wasIdle) return
      else await clock.sleep(idleMs, signal)
    }
  } finally {
    ending.abort()
    await Promise.all(busy.values())
  }

  async function takeUp(): Promise<void> {
    for (const { account, migration } of await active()) {
      if (busy.size >= concurrency || signal.aborted) break
      if (busy.has(migration.id)) continue
      const lease = await keepLease(account, { kind: migrationKind, key: migration.id, holder, ttlMs: leaseMs })
      if ('heldBy' in lease) continue
      const run = workOn(account, migration, lease).finally(() => busy.delete(migration.id))
      busy.set(migration.id, run)
    }
  }

  async function active(): Promise<readonly { readonly account: MigratingAccount; readonly migration: InboxMigration }[]> {
    const found: { account: MigratingAccount; migration: InboxMigration }[] = []
    for (const accountId of await store.forOperator().findInboxMigrationAccounts()) {
      const account = store.forAccount(accountId)
      for await (const migration of account.listInboxMigrations({ active: true })) found.push({ account, migration })
    }
    return found
  }

  async function workOn(account: MigratingAccount, { id }: InboxMigration, lease: KeptLease): Promise<void> {
    try {
      const now = await account.findInboxMigration({ migrationId: id })
      if (now === null || now.completedAt !== null) return
      const { sourceOaId, destinationOaId, userId } = now
      logger.info(lineOf(id, `works on ${sourceOaId} to ${destinationOaId}`))
      const { status } = await runMigration(account, now, { lease, pauseMs, slowMs, batchMs, signal, clock, logger })
      logger.info(lineOf(id, `is ${status}`))
      await onAudit({ type: 'ended', accountId: account.accountId, migrationId: id, sourceOaId, destinationOaId, userId, status })
    } catch (error) {
      // Whoever comes next goes on. What the host's own audit throws is told here alone.
      const code = isConversationStoreError(error) ? error.code : 'an error that is not the library’s'
      if (code !== 'ABORTED') logger.warn(lineOf(id, `was left: ${code}`))
    } finally {
      await lease.release().catch(() => undefined)
    }
  }
}
