import type { Leases } from '../../store/leases.js'
import type { SyncSessions } from '../../store/sync-sessions.js'

/** The part of an account that syncing needs: `store.forAccount(id)`. */
export interface SyncAccount extends Leases, SyncSessions {
  readonly accountId: string
}
