import { requireNotAborted } from '../../model/abort.js'
import { ConversationStoreError } from '../../model/errors.js'
import { readSignal } from '../../model/validation/call-options.js'
import { acquireSyncLockInput } from '../../model/validation/lease-schemas.js'
import { parse } from '../../model/validation/parse.js'
import { keepLease } from '../../store/keep-lease.js'
import type { LeaseClaim, LeaseState } from '../../store/lease-port.js'
import type { Leases } from '../../store/leases.js'
import { syncKind } from './sync-kind.js'

export interface AcquireSyncLockOptions {
  /** The inbox whose history is to be read. */
  readonly oaId: string
  /** Who holds the lock, in words for whoever is told that it is held, e.g. the host's name and the process. */
  readonly owner: string
  /**
   * For how long the database keeps the lock after the last renewal: so long nobody else can sync the inbox after this
   * process died. It is renewed every third of this time. Default: a minute.
   */
  readonly ttlMs?: number
  /** Ends the attempt. Once the lock is acquired it has no effect. */
  readonly signal?: AbortSignal
}

/** The lock of an inbox's sync, which this process renews by itself until it is released or lost. */
export interface SyncLock {
  /** Rises with every acquisition of the lock, and is never given again. */
  readonly token: number
  /** When the lock ends if it is not renewed, by the database's clock. It moves with every renewal. */
  readonly expiresAt: Date
  /** For the `lease` option of the writes: each then looks in its own step whether the lock is still this one's. */
  readonly lease: LeaseClaim
  /**
   * Aborts with LEASE_LOST when another one has the lock, and when the database did not answer in time, before another
   * one can have it. `details.reason` says which of the two it was.
   */
  readonly signal: AbortSignal
  /** Renews the lock now. Throws LEASE_LOST, or the error of a database that did not answer. */
  extend(): Promise<void>
  /**
   * Throws LEASE_LOST. It compares the time itself, so it is right even when the process stood still and no timer has
   * run yet.
   */
  requireHeld(): void
  /** Releases the lock at once. It does nothing when the lock was lost. */
  release(): Promise<void>
}

const defaultTtlMs = 60_000

/**
 * Acquires the lock of an inbox's sync: one sync of an inbox at a time, over all processes. It is the lease
 * `{ kind: 'sync', key: oaId }` of the account, timed by the database's clock. One attempt: throws SYNC_IN_PROGRESS,
 * which says who has the lock, since when and until when, and ABORTED when the signal ended the attempt.
 */
export async function acquireSyncLock(
  account: Pick<Leases, 'acquireLease' | 'renewLease' | 'releaseLease'>,
  { signal: given, ...options }: AcquireSyncLockOptions,
): Promise<SyncLock> {
  const { oaId, owner, ttlMs = defaultTtlMs } = parse(acquireSyncLockInput, options)
  const signal = given === undefined ? null : readSignal({ signal: given })
  let expiresAt = new Date(0)
  // A renewal that was sent later may have been answered first.
  const seen = <L extends LeaseState>(lease: L): L => {
    if (lease.expiresAt > expiresAt) expiresAt = lease.expiresAt
    return lease
  }
  const watched: typeof account = {
    async acquireLease(input) {
      const answer = await account.acquireLease(input)
      if (answer.acquired) seen(answer.lease)
      return answer
    },
    renewLease: async (input) => seen(await account.renewLease(input)),
    releaseLease: (input) => account.releaseLease(input),
  }
  const kept = await keepLease(watched, { kind: syncKind, key: oaId, holder: owner, ttlMs, ...(signal && { signal }) })
  if ('heldBy' in kept) {
    const { holder: lockedBy, since: lockedAt, expiresAt: heldUntil } = kept.heldBy
    throw new ConversationStoreError('SYNC_IN_PROGRESS', { lockedBy, lockedAt, expiresAt: heldUntil })
  }
  if (signal?.aborted) {
    // It was aborted while the database answered, and nobody would release the lock now.
    await kept.release()
    requireNotAborted(signal)
  }
  const { kind, key, token } = kept
  return {
    token,
    get expiresAt() {
      return new Date(expiresAt)
    },
    lease: { kind, key, token },
    signal: kept.signal,
    extend: () => kept.extend(),
    requireHeld: () => kept.requireHeld(),
    release: () => kept.release(),
  }
}
