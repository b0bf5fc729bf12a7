import type { LockHolder, LockOptions } from '../../migrator/kernel/target.js'
import { requireNotAborted } from '../../model/abort.js'
import { ConversationStoreError, isConversationStoreError } from '../../model/errors.js'
import { growingBound, jitteredPause } from '../../store/jittered-pause.js'
import type { Row } from '../columns.js'
import { isPglite, type PostgresDriver } from '../drivers.js'
import { flag, integer } from '../readers.js'
import { translateKnown } from '../translate-error.js'
import { type AdvisoryLock, ownRow, triedRow } from './advisory-lock.js'
import { openConnection, type RunConnection } from './connection.js'
import { keepsSessions, poolerDetected } from './pooler.js'
import { readSettings, restoreSettings, searchPathSql } from './run-settings.js'

/**
 * The lock of a run, with its connection. All that the run writes is sent over this connection, so that a run that lost
 * the lock can't write anything.
 *
 * It begins as a lock of a transaction, which a pooler doesn't split, and everything is part of that transaction. A
 * migration that can't be part of one calls `requireSession`: what was done so far is committed, and from then on each
 * migration, or each statement, is a transaction of its own.
 */
export interface RunLock {
  readonly connection: RunConnection
  /** The backend's process id. */
  readonly pid: number
  /** Whether the connection reaches one backend without a pooler in between. */
  readonly direct: boolean
  /** Whether what is sent now is part of a transaction of the run. */
  isInTransaction(): boolean
  /** Keeps all of `work` or nothing, also as a part of another `work`. */
  atomically<T>(work: () => Promise<T>): Promise<T>
  /**
   * Turns the lock into one of the session. Throws UNSUPPORTED behind a pooler in transaction mode, and
   * MIGRATION_LOCKED if another runner has taken the lock in the meantime.
   */
  requireSession(): Promise<void>
  /** Throws LEASE_LOST unless this backend has the lock. */
  requireOurs(): Promise<void>
  /**
   * Makes the schema of the run the only one in which a name without a schema is looked up. It lasts to the end of the
   * transaction, or of the run once the lock is one of the session.
   */
  enterSchema(): Promise<void>
  /** Throws LEASE_LOST when the connection is lost while `work` runs. */
  fenced<T>(work: () => Promise<T>): Promise<T>
  /** Makes `release` roll the transaction back, because something in it failed and none of it must be kept. */
  discard(): void
  release(): Promise<void>
}

/**
 * While a statement waits for a table's lock, everybody else queues behind it. It therefore gives up soon and is tried
 * again.
 */
export const lockTimeoutMs = 3000

const firstPauseMs = 25
const longestPauseMs = 1000

/**
 * PGlite has one session for all users of the instance, which would grant the lock a second time. The schemas that are
 * locked are therefore remembered here.
 */
const heldHere = new WeakMap<object, Set<string>>()

export async function acquireRunLock(
  driver: PostgresDriver,
  schema: string,
  lock: AdvisoryLock,
  { waitMs, signal, onWait }: LockOptions,
  readHolder: () => Promise<LockHolder | null>,
): Promise<RunLock> {
  const deadline = performance.now() + waitMs
  let told: string | undefined
  for (let attempt = 1; ; attempt++) {
    requireNotAborted(signal)
    const acquired = await look(driver, schema, lock)
    if (acquired !== null) return acquired
    const holder = await readHolder()
    if (told !== (holder?.holder ?? '')) onWait(holder)
    told = holder?.holder ?? ''
    const leftMs = deadline - performance.now()
    if (leftMs <= 0) throw lockedByAnother(schema, holder)
    // No statement and no transaction is open between two looks. A waiting statement would hold a snapshot, and every
    // concurrent index build waits for those.
    await jitteredPause(growingBound(firstPauseMs, attempt, longestPauseMs), { atLeastHalf: true, atMostMs: leftMs, signal })
  }
}

function lockedByAnother(database: string, holder: LockHolder | null): ConversationStoreError<'MIGRATION_LOCKED'> {
  return new ConversationStoreError('MIGRATION_LOCKED', { database, holder: holder?.holder ?? null, expiresInMs: null })
}

async function look(driver: PostgresDriver, schema: string, lock: AdvisoryLock): Promise<RunLock | null> {
  const connection = await openConnection(driver)
  try {
    await connection.begin()
    const [row = {}] = await connection.run(lock.tryInTransaction)
    const { locked, pid } = triedRow.of(row)
    if (flag(locked) && !heldHere.get(driver)?.has(schema)) return runLock(driver, schema, lock, connection, integer(pid))
    await connection.rollback()
  } catch (error) {
    await connection.end(true)
    throw translateKnown(error, { operationId: null, inTransaction: true })
  }
  await connection.end(false)
  return null
}

function runLock(driver: PostgresDriver, schema: string, lock: AdvisoryLock, connection: RunConnection, pid: number): RunLock {
  const direct = connection.announcedPid === pid
  let inSession = false
  let units = 0
  let settings: Row = {}
  let discarded = false
  const fenced = async <T>(work: () => Promise<T>) => {
    try {
      return await work()
    } catch (error) {
      if (!connection.lost.aborted || isConversationStoreError(error, 'LEASE_LOST')) throw error
      throw leaseLost(schema, error)
    }
  }
  const enterSchema = () => connection.script(searchPathSql(schema, inSession ? 'session' : 'local'))
  const requireOurs = async () => {
    const [row = {}] = await fenced(() => connection.run(lock.isOurs))
    if (!flag(ownRow.of(row).ours)) throw leaseLost(schema, undefined)
  }
  const remember = (held: boolean) => {
    if (!isPglite(driver)) return
    const schemas = heldHere.get(driver) ?? new Set<string>()
    heldHere.set(driver, schemas)
    if (held) schemas.add(schema)
    else schemas.delete(schema)
  }
  return {
    connection,
    pid,
    direct,
    fenced,
    requireOurs,
    enterSchema,
    isInTransaction: () => !inSession || units > 0,
    atomically: (work) =>
      fenced(async () => {
        const isWhole = inSession && units === 0
        const unit = isWhole ? connection : savepointOn(connection)
        await unit.begin()
        units += 1
        try {
          if (isWhole) await requireOurs()
          const limits = `set local lock_timeout = ${lockTimeoutMs}; set local statement_timeout = 0`
          await connection.script(`${limits}; ${searchPathSql(schema, 'local')}`)
          const result = await work()
          await unit.commit()
          return result
        } catch (error) {
          // The first error says what happened. If this rollback fails too, the connection is lost and so is the
          // transaction.
          await unit.rollback().catch(() => {})
          throw error
        } finally {
          units -= 1
        }
      }),
    requireSession: () =>
      fenced(async () => {
        if (inSession) return
        if (connection.announcedPid !== null && !direct) await leaveTransaction(driver, connection)
        const [row = {}] = await connection.run(lock.tryInSession)
        if (!flag(triedRow.of(row).locked)) throw lockedByAnother(schema, null)
        await connection.commit()
        inSession = true
        remember(true)
        settings = (await connection.run(readSettings))[0] ?? {}
        // The host's own limits are meant for its requests. A statement that waits for a lock has a limit of its own.
        await connection.script('set statement_timeout = 0')
        await enterSchema()
        await requireOurs()
      }),
    discard() {
      discarded = true
    },
    async release() {
      if (!inSession) return endTransaction(schema, connection, discarded)
      remember(false)
      let clean = true
      try {
        await connection.run(lock.unlock)
        await connection.run(restoreSettings(settings))
      } catch {
        clean = false
      }
      await connection.end(!clean)
    },
  }
}

function savepointOn({ script }: RunConnection): Pick<RunConnection, 'begin' | 'commit' | 'rollback'> {
  return {
    begin: () => script('savepoint conversation_store'),
    commit: () => script('release savepoint conversation_store'),
    rollback: () => script('rollback to savepoint conversation_store; release savepoint conversation_store'),
  }
}

/** Ends the transaction of a run. Everything that the run did is committed when this returns without an error. */
async function endTransaction(schema: string, connection: RunConnection, discarded: boolean): Promise<void> {
  try {
    await (discarded ? connection.rollback() : connection.commit())
  } catch (error) {
    await connection.end(true)
    if (discarded) return
    throw connection.lost.aborted ? leaseLost(schema, error) : translateKnown(error, { operationId: null, inTransaction: true })
  }
  await connection.end(false)
}

/**
 * Commits the transaction, which releases its lock, and begins another in which the lock is taken again. In between
 * another runner may have had the lock. What is left to do is read from the ledger with each migration's intent.
 */
async function leaveTransaction(driver: PostgresDriver, connection: RunConnection): Promise<void> {
  await connection.commit()
  if (!(await keepsSessions(driver, connection))) throw poolerDetected()
  await connection.begin()
}

function leaseLost(schema: string, cause: unknown): ConversationStoreError<'LEASE_LOST'> {
  const key = `migrations of ${schema}`
  if (cause === undefined) return new ConversationStoreError('LEASE_LOST', { key, reason: 'taken over' })
  return new ConversationStoreError('LEASE_LOST', { key, reason: 'no answer' }, { cause })
}
