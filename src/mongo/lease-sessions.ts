import { compositeKey } from '../model/composite-key.js'
import type { LeaseClaim } from '../store/lease-claim.js'
import { leaseLost } from '../store/lease-key.js'
import { recentValues } from '../store/recent-values.js'
import type { CallLimits } from './call-limits.js'
import { heldFilter } from './documents/leases.js'
import type { MongoDb, MongoRows } from './driver.js'
import { endSession, type OneSession, oneSession, type Sessions } from './sessions.js'

/**
 * The sessions in which an adapter writes under leases, one for each token. The document of the lease names it, so that
 * whoever takes the lease over can end it. The server would otherwise keep the transaction of a process that died or
 * stands still, and all that it has locked, for a minute and more.
 */
export interface LeaseSessions {
  /**
   * The sessions for a write under a lease: the one that the document names, and one of the driver's pool while another
   * write has that one. Throws LEASE_LOST.
   */
  of(accountId: string, lease: LeaseClaim, limits: CallLimits): Promise<Sessions>
  /** Whether the adapter has written under this token, so that the document names a session of ours. */
  has(accountId: string, lease: LeaseClaim): boolean
  /** Gives the session back to the driver's pool. To be called when no document names it any more. */
  end(accountId: string, lease: LeaseClaim): Promise<void>
  /** Forgets a session that a document may still name. It is never used again, as somebody may end it. */
  forget(accountId: string, lease: LeaseClaim): void
  /**
   * Ends what a holder before has left open in the session that the document of its lease named. A role that may not
   * do that waits for the server to do it.
   */
  endLeft(id: unknown, limits: CallLimits): Promise<void>
}

interface Kept {
  readonly session: OneSession
  isNamed: boolean
}

const rememberedLeases = 1_000

export function leaseSessions(db: MongoDb, leases: MongoRows, pool: Sessions): LeaseSessions {
  const sessions = recentValues<Kept>(rememberedLeases)
  const keyOf = (accountId: string, { kind, key, token }: LeaseClaim) => compositeKey(accountId, kind, key, String(token))
  const keptFor = (key: string): Kept => {
    const kept = sessions.get(key) ?? { session: oneSession(pool), isNamed: false }
    sessions.set(key, kept)
    return kept
  }

  /** No part of a transaction, because then nobody could read it before the commit. */
  const name = async ({ session }: Kept, accountId: string, lease: LeaseClaim, limits: CallLimits): Promise<void> => {
    const set = { $set: { session: session.id } }
    const { matchedCount } = await limits.wait(leases.updateOne(heldFilter(accountId, lease), set, limits.options()))
    if (matchedCount === 0) throw leaseLost(lease)
  }

  return {
    async of(accountId, lease, limits) {
      const own = keptFor(keyOf(accountId, lease))
      if (!own.isNamed) await name(own, accountId, lease, limits)
      own.isNamed = true
      return own.session
    },
    has: (accountId, lease) => sessions.get(keyOf(accountId, lease)) !== undefined,
    async end(accountId, lease) {
      const key = keyOf(accountId, lease)
      const own = sessions.get(key)
      sessions.delete(key)
      await own?.session.giveBack()
    },
    forget: (accountId, lease) => sessions.delete(keyOf(accountId, lease)),
    async endLeft(id, limits) {
      await limits.wait(endSession(db, id, limits.options())).catch(() => undefined)
    },
  }
}
