import { requireNotAborted } from '../model/abort.js'
import { ConversationStoreError } from '../model/errors.js'
import { holdLease, type Lease, type LeaseTable } from '../store/lease.js'
import { thisProcess } from '../store/this-process.js'
import { type BatchPacer, batchPacer } from './batch-pacer.js'
import type { AdoptionOptions, BatchPace } from './options.js'
import { remainingTime } from './remaining-time.js'

/** How far a pass has come. It is kept in the host's database, in the form that the engine gives its keys. */
export interface PassState {
  /** The key of the last row that was gone over. Null at the beginning of a round. */
  readonly cursor: unknown
  /** The greatest key at the beginning of the round, so that a round ends however much is written meanwhile. */
  readonly upTo: unknown
  /** A round that changed something is followed by another, for the rows that came behind its cursor. */
  readonly round: number
  readonly changed: number
  readonly counts: Readonly<Record<string, number>>
  readonly done: boolean
  /** What the pass was told to do, as `PassWork.task` has it. */
  readonly task?: string
}

/** The passes of one database: their leases, and how far they have come. */
export interface PassTable extends LeaseTable {
  /** The state that was saved last. Null if there is none. */
  read(key: string): Promise<PassState | null>
  /** Saves the state, unless the lease was lost. Returns whether it did. */
  save(key: string, token: number, state: PassState): Promise<boolean>
}

export interface PassWork {
  readonly table: PassTable
  readonly key: string
  /** The database, for MIGRATION_LOCKED. */
  readonly database: string
  /**
   * A text that is another one where rows are worked on in another way. A pass that was left unfinished with another
   * text begins anew, because the rows before its cursor were not worked on like this.
   */
  readonly task?: string
  /** What of the pace differs from the defaults. A host's own options come before it. */
  readonly pace?: BatchPace
  /** About how many rows there are, for the progress. */
  readonly total: number | null
  /** The greatest key. Null if there are no rows. */
  greatest(): Promise<unknown>
  /**
   * Goes over the rows after `state.cursor`, and saves the state behind them together with what it wrote. Throws
   * LEASE_LOST when the state could not be saved.
   */
  batch(state: PassState, lease: Lease, pacer: BatchPacer): Promise<PassState>
}

/** Options of work that looks at its lease before each batch. */
export type UnderLease<O> = O & Pick<Lease, 'requireHeld'>

const mostRounds = 6

/**
 * Runs a pass to its end, under its lease. A pass that another run left unfinished is gone on with, unless it was of
 * another task, and a finished one begins anew.
 */
export function runPass(options: AdoptionOptions, work: PassWork): Promise<PassState> {
  return withLease(options, work, (lease) => underLease(options, work, lease))
}

/** Does some work that one process does at a time. Throws MIGRATION_LOCKED. */
export async function withLease<T>(
  options: AdoptionOptions,
  { table, key, database }: Pick<PassWork, 'table' | 'key' | 'database'>,
  work: (lease: Lease) => Promise<T>,
): Promise<T> {
  const { signal = null, holder = thisProcess(), lockWaitMs = 60_000, leaseTtlMs = 30_000, logger } = options
  const lease = await holdLease(table, key, {
    holder,
    ttlMs: leaseTtlMs,
    waitMs: lockWaitMs,
    signal,
    onWait: (other) => logger?.info(`waiting for ${other.holder}, which is at work on ${key}`),
  })
  if ('heldBy' in lease) {
    const { holder: other, expiresInMs } = lease.heldBy
    throw new ConversationStoreError('MIGRATION_LOCKED', { database, holder: other, expiresInMs })
  }
  try {
    return await work(lease)
  } finally {
    await lease.release().catch(() => undefined)
  }
}

async function underLease(options: AdoptionOptions, work: PassWork, lease: Lease): Promise<PassState> {
  const { signal = null, onProgress, pace } = options
  const saved = await work.table.read(work.key)
  let state = saved === null || saved.done || saved.task !== work.task ? await firstState(work) : saved
  const pacer = batchPacer({ ...work.pace, ...pace })
  const remaining = remainingTime(doneOf(state))
  while (!state.done) {
    requireNotAborted(signal)
    lease.requireHeld()
    state = await nextState(work, await work.batch(state, lease, pacer), lease)
    const done = doneOf(state)
    await onProgress?.({ name: work.key, done, total: work.total, remainingMs: remaining(done, work.total) })
  }
  return state
}

async function firstState(work: PassWork): Promise<PassState> {
  const upTo = await work.greatest()
  return { cursor: null, upTo, round: 1, changed: 0, counts: {}, done: upTo === null, ...(work.task !== undefined && { task: work.task }) }
}

/** After a round that changed something, another one begins. */
async function nextState(work: PassWork, state: PassState, lease: Lease): Promise<PassState> {
  if (!state.done || state.changed === 0 || state.round >= mostRounds) return state
  const upTo = await work.greatest()
  const next = { ...state, cursor: null, upTo, round: state.round + 1, changed: 0, done: upTo === null }
  if (!(await work.table.save(work.key, lease.token, next))) throw leaseLost(work.key)
  return next
}

function doneOf({ counts }: PassState): number {
  return counts.seen ?? 0
}

export function leaseLost(key: string): ConversationStoreError<'LEASE_LOST'> {
  return new ConversationStoreError('LEASE_LOST', { key, reason: 'taken over' })
}

/** The counts of a pass, with those of a further batch. */
export function added(counts: PassState['counts'], more: Readonly<Record<string, number>>): Record<string, number> {
  const sum: Record<string, number> = { ...counts }
  for (const [name, count] of Object.entries(more)) sum[name] = (sum[name] ?? 0) + count
  return sum
}
