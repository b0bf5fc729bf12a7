import type { AccountConversations } from '../../store/account-conversations.js'
import { syncKind } from './sync-kind.js'
import { type SyncLockState, syncLockState } from './sync-lock-state.js'

/**
 * Takes an inbox's lock away from a holder that hangs, and returns what it was, or null when nobody has it. The
 * holder's writes are refused from then on, and its next renewal throws LEASE_LOST: until then, at most a third of its
 * `ttlMs`, it may still be at work. A lock that another one acquires at this moment stays.
 */
export async function breakSyncLock(
  account: Pick<AccountConversations, 'accountId' | 'listLeases' | 'releaseLease'>,
  { oaId }: { readonly oaId: string },
): Promise<SyncLockState | null> {
  const { accountId } = account
  for await (const lease of account.listLeases({ kind: syncKind })) {
    if (lease.key !== oaId) continue
    await account.releaseLease({ kind: syncKind, key: oaId, token: lease.token })
    return syncLockState({ ...lease, accountId })
  }
  return null
}
