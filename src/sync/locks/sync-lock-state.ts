import type { AccountLease } from '../../store/lease-port.js'

/** The lock of an inbox's sync, as whoever is on duty sees it. Its times are the database's. */
export interface SyncLockState {
  readonly accountId: string
  readonly oaId: string
  /** Who acquired it. */
  readonly lockedBy: string
  readonly lockedAt: Date
  /** When it ends if it is not renewed. */
  readonly expiresAt: Date
  /**
   * `EXPIRED`: its time is over, so its holder died or hangs, or did not reach the database. It is in nobody's way: the
   * next sync of the inbox takes it over.
   */
  readonly status: 'EXPIRED' | 'ACTIVE'
  /** For how many seconds it has been there. */
  readonly durationSeconds: number
}

export function syncLockState({ accountId, key, holder, since, expiresAt, expiresInMs }: AccountLease): SyncLockState {
  const stoodMs = expiresAt.getTime() - expiresInMs - since.getTime()
  return {
    accountId,
    oaId: key,
    lockedBy: holder,
    lockedAt: since,
    expiresAt,
    status: expiresInMs <= 0 ? 'EXPIRED' : 'ACTIVE',
    durationSeconds: Math.max(0, Math.floor(stoodMs / 1_000)),
  }
}
