import { requireNotAborted } from '../model/abort.js'
import { ConversationStoreError, type ErrorDetails } from '../model/errors.js'
import { growingBound, jitteredPause } from './jittered-pause.js'

/**
 * The leases of one database, timed by its clock. A lease is free when it was released or when its time is over. Its
 * token rises with every acquisition and is never used again, so a write that checks the token fails once another
 * holder has taken over.
 */
export interface LeaseTable<H extends LeaseHolder = LeaseHolder> {
  /** Acquires a lease in one statement. `heldBy` means that another holder has it. */
  acquire(key: string, holder: string, ttlMs: number): Promise<{ readonly token: number } | { readonly heldBy: H }>
  /** Returns false when the lease no longer belongs to this token. */
  renew(key: string, token: number, ttlMs: number): Promise<boolean>
  /** Does nothing when the lease no longer belongs to this token. The table keeps counting tokens from where it was. */
  release(key: string, token: number): Promise<void>
}

export interface LeaseHolder {
  readonly holder: string
  readonly since: Date
  /** Measured on the database's clock. At 0 or below the lease may be taken over. */
  readonly expiresInMs: number
}

export interface LeaseOptions {
  readonly holder: string
  readonly ttlMs: number
  /** How long to wait while another holder has the lease. 0 means one attempt. */
  readonly waitMs: number
  readonly signal: AbortSignal | null
  /** Called once for each other holder that this call waits for. */
  onWait?(holder: LeaseHolder): void
}

export interface Lease {
  readonly token: number
  /**
   * Aborts with LEASE_LOST when another holder took over. When the database does not answer, it aborts before another
   * holder can have taken over. `details.reason` says which of the two it was.
   */
  readonly signal: AbortSignal
  /**
   * Renews the lease now, beside the renewals that take place every third of its time. Throws LEASE_LOST, and the
   * error of a database that did not answer, after which the lease is held until its time is over.
   */
  extend(): Promise<void>
  /**
   * Throws LEASE_LOST. It compares the time itself, so it is right even when the process stood still and no timer has
   * run yet.
   */
  requireHeld(): void
  /** Releases the lease. It does nothing when the lease was lost. */
  release(): Promise<void>
}

const firstPauseMs = 25
const longestPauseMs = 1_000

/**
 * Acquires a lease, and renews it until it is released. While another holder has it, this waits with growing, jittered
 * pauses. Throws ABORTED.
 */
export async function holdLease<H extends LeaseHolder>(
  table: LeaseTable<H>,
  key: string,
  options: LeaseOptions,
): Promise<Lease | { readonly heldBy: H }> {
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
  // Counted from before the request was sent, because the database's time for the lease began after that.
  let deadline = acquiredAt + ttlMs - marginMs
  let released = false
  let beatTimer: NodeJS.Timeout | undefined
  let deadlineTimer: NodeJS.Timeout | undefined

  const stop = () => {
    clearTimeout(beatTimer)
    clearTimeout(deadlineTimer)
  }
  const lose = (reason: ErrorDetails['LEASE_LOST']['reason']) => {
    stop()
    if (!released) lost.abort(new ConversationStoreError('LEASE_LOST', { key, reason }))
  }
  const armDeadline = () => {
    clearTimeout(deadlineTimer)
    deadlineTimer = setTimeout(() => lose('no answer'), deadline - performance.now()).unref()
  }
  const renewNow = async () => {
    const sentAt = performance.now()
    if (!(await table.renew(key, token, ttlMs))) lose('taken over')
    // A renewal that was sent later may have been answered first.
    else deadline = Math.max(deadline, sentAt + ttlMs - marginMs)
  }
  const beat = async () => {
    let nextMs = ttlMs / 3
    try {
      await renewNow()
    } catch {
      // No answer does not mean that the lease is lost. The deadline decides that, and until then the renewal is tried
      // more often.
      nextMs = ttlMs / 10
    }
    if (released || lost.signal.aborted) return
    armDeadline()
    beatIn(nextMs)
  }
  const beatIn = (ms: number) => {
    beatTimer = setTimeout(() => void beat(), ms).unref()
  }

  const requireHeld = () => {
    if (performance.now() >= deadline) lose('no answer')
    lost.signal.throwIfAborted()
  }
  armDeadline()
  beatIn(ttlMs / 3)
  return {
    token,
    signal: lost.signal,
    requireHeld,
    async extend() {
      requireHeld()
      await renewNow()
      requireHeld()
      if (!released) armDeadline()
    },
    async release() {
      if (released || lost.signal.aborted) return
      released = true
      stop()
      await table.release(key, token)
    },
  }
}
