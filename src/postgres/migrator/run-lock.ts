import type { LockHolder, LockOptions } from '../../migrator/kernel/target.js'
import { requireNotAborted } from '../../model/abort.js'
import { ConversationStoreError, isConversationStoreError } from '../../model/errors.js'
import { growingBound, jitteredPause } from '../../store/jittered-pause.js'
import { isPglite, type PostgresDriver } from '../drivers.js'
import { flag, integer } from '../readers.js'
import { translateError } from '../translate-error.js'
import { type AdvisoryLock, ownRow, triedRow } from './advisory-lock.js'
import { openConnection, type RunConnection } from './connection.js'
import { keepsSessions, poolerDetected } from './pooler.js'

/**
 * The lock of a run, and its connection: all that the run writes goes over it, so that who lost the lock can write
 * nothing.
 *
 * It begins as a lock of a transaction, which a pooler keeps together, and everything is one transaction. What cannot
 * be part of one asks for the session: what was done is committed, and from then on each migration, or each statement,
 * is a transaction of its own.
 */
export interface RunLock {
  readonly connection: RunConnection
  /** The connection reaches one backend and no pooler. */
  readonly direct: boolean
  /** All of `work` or nothing. */
  atomically<T>(work: () => Promise<T>): Promise<T>
  /** Throws UNSUPPORTED behind a pooler in transaction mode. */
  requireSession(): Promise<void>
  /** Throws LEASE_LOST unless this backend has the lock. */
  requireOurs(): Promise<void>
  /** Statements that `work` sent and that were lost with the connection are LEASE_LOST. */
  fenced<T>(work: () => Promise<T>): Promise<T>
  /** Ends a transaction in which something failed without keeping any of it. */
  discard(): void
  release(): Promise<void>
}

/** A statement that waits for a table's lock has everybody queue behind it: it gives up soon, and is tried again. */
export const lockTimeoutMs = 3000

const firstPauseMs = 25
const longestPauseMs = 1000

/** One session for all who use the instance: it would grant the lock again, so who has it is remembered here. */
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
    // Between two looks nothing of ours is open: a waiting statement holds a snapshot, which stops every index that is
    // being built concurrently.
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
    throw translateError(error, { operationId: null, inTransaction: true })
  }
  await connection.end(false)
  return null
}

function runLock(driver: PostgresDriver, schema: string, lock: AdvisoryLock, connection: RunConnection, pid: number): RunLock {
  const direct = connection.announcedPid === pid
  let inSession = false
  let discarded = false
  const fenced = async <T>(work: () => Promise<T>) => {
    try {
      return await work()
    } catch (error) {
      if (!connection.lost.aborted || isConversationStoreError(error, 'LEASE_LOST')) throw error
      throw leaseLost(schema, error)
    }
  }
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
    direct,
    fenced,
    requireOurs,
    atomically: (work) =>
      fenced(async () => {
        const unit = inSession ? connection : savepointOn(connection)
        await unit.begin()
        try {
          if (inSession) await requireOurs()
          await connection.script(`set local lock_timeout = ${lockTimeoutMs}; set local statement_timeout = 0`)
          const result = await work()
          await unit.commit()
          return result
        } catch (error) {
          // The first error tells what happened; where this fails too, the connection is gone and the transaction with
          // it.
          await unit.rollback().catch(() => {})
          throw error
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
        // A host's own limits are for its requests; what waits for a lock has a limit of its own.
        await connection.script('set statement_timeout = 0')
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
        await connection.script('reset statement_timeout; reset lock_timeout')
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

/** What the run did is done when this has returned. */
async function endTransaction(schema: string, connection: RunConnection, discarded: boolean): Promise<void> {
  try {
    await (discarded ? connection.rollback() : connection.commit())
  } catch (error) {
    await connection.end(true)
    if (discarded) return
    throw connection.lost.aborted ? leaseLost(schema, error) : translateError(error, { operationId: null, inTransaction: true })
  }
  await connection.end(false)
}

/**
 * The lock goes with the transaction, and is taken again: what was to be done is read from the ledger with each
 * migration's intent.
 */
async function leaveTransaction(driver: PostgresDriver, connection: RunConnection): Promise<void> {
  await connection.commit()
  if (!(await keepsSessions(driver, connection))) throw poolerDetected()
  await connection.begin()
}

function leaseLost(schema: string, cause: unknown): ConversationStoreError<'LEASE_LOST'> {
  return new ConversationStoreError('LEASE_LOST', { key: `migrations of ${schema}` }, cause === undefined ? undefined : { cause })
}
