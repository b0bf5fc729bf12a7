import { requireNotAborted } from '../model/abort.js'
import { ConversationStoreError } from '../model/errors.js'
import { growingBound, jitteredPause } from './jittered-pause.js'

/**
 * The leases of one database, by its clock. A lease is free when it was released or when its time is over; its token
 * rises with every acquisition and is never used again, so that a write that asks for the token fails once another has
 * taken over.
 */
export interface LeaseTable {
  /** One statement. `heldBy`: somebody else has it. */
  acquire(key: string, holder: string, ttlMs: number): Promise<{ readonly token: number } | { readonly heldBy: LeaseHolder }>
  /** False where it is no longer this token's. */
  renew(key: string, token: number, ttlMs: number): Promise<boolean>
  /** Nothing where it is no longer this token's. The count of tokens stays. */
  release(key: string, token: number): Promise<void>
  /** Null: nobody holds it. */
  read(key: string): Promise<LeaseHolder | null>
}

export interface LeaseHolder {
  readonly holder: string
  readonly since: Date
  /** On the database's clock; not above 0 where it may be taken over. */
  readonly expiresInMs: number
}

export interface LeaseOptions {
  readonly holder: string
  readonly ttlMs: number
  /** How long to wait while another holds it; 0: one look. */
  readonly waitMs: number
  readonly signal: AbortSignal | null
  /** Told once for each other holder that is waited for. */
  onWait?(holder: LeaseHolder): void
}

export interface Lease {
  readonly token: number
  /** Aborted with LEASE_LOST when another took over, and before one can have, where the database does not answer. */
  readonly signal: AbortSignal
  /** Throws LEASE_LOST. Also right after the process stood still, before any timer has run. */
  requireHeld(): void
  /** Lets go; of a lease that was lost, nothing. */
  release(): Promise<void>
}

const firstPauseMs = 25
const longestPauseMs = 1_000

/**
 * Acquires a lease, waiting for others with growing, jittered pauses, and renews it until it is released. Throws
 * ABORTED.
 */
export async function holdLease(table: LeaseTable, key: string, options: LeaseOptions): Promise<Lease | { readonly heldBy: LeaseHolder }> {
  const { holder, ttlMs, waitMs, signal } = options
  const waitUntil = performance.now() + waitMs
  let told = ''
  for (let attempt = 1; ; attempt++) {
    requireNotAborted(signal)
    const sentAt = performance.now()
    const answer = await table.acquire(key, holder, ttlMs)
    if ('token' in answer) return renewedLease(table, key, answer.token, ttlMs, sentAt)
    const remaining = waitUntil - performance.now()
    if (remaining <= 0) return answer
    const other = `${answer.heldBy.holder} ${answer.heldBy.since.getTime()}`
    if (told !== other) options.onWait?.(answer.heldBy)
    told = other
    await jitteredPause(growingBound(firstPauseMs, attempt, longestPauseMs), { atLeastHalf: true, atMostMs: remaining, signal })
  }
}

function renewedLease(table: LeaseTable, key: string, token: number, ttlMs: number, acquiredAt: number): Lease {
  const marginMs = ttlMs / 10
  const lost = new AbortController()
  // From before a request was sent: the database's time began to run after that.
  let deadline = acquiredAt + ttlMs - marginMs
  let released = false
  let beatTimer: NodeJS.Timeout | undefined
  let deadlineTimer: NodeJS.Timeout | undefined

  const stop = () => {
    clearTimeout(beatTimer)
    clearTimeout(deadlineTimer)
  }
  const lose = () => {
    stop()
    if (!released) lost.abort(new ConversationStoreError('LEASE_LOST', { key }))
  }
  const armDeadline = () => {
    clearTimeout(deadlineTimer)
    deadlineTimer = setTimeout(lose, deadline - performance.now()).unref()
  }
  const beat = async () => {
    const sentAt = performance.now()
    let nextMs = ttlMs / 3
    try {
      if (!(await table.renew(key, token, ttlMs))) lose()
      else deadline = sentAt + ttlMs - marginMs
    } catch {
      // Not answered, which is not lost: the deadline decides, and until then it is asked more often.
      nextMs = ttlMs / 10
    }
    if (released || lost.signal.aborted) return
    armDeadline()
    beatIn(nextMs)
  }
  const beatIn = (ms: number) => {
    beatTimer = setTimeout(() => void beat(), ms).unref()
  }

  armDeadline()
  beatIn(ttlMs / 3)
  return {
    token,
    signal: lost.signal,
    requireHeld() {
      if (performance.now() >= deadline) lose()
      lost.signal.throwIfAborted()
    },
    async release() {
      if (released || lost.signal.aborted) return
      released = true
      stop()
      await table.release(key, token)
    },
  }
}
