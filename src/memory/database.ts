import { compositeKey } from '../model/composite-key.js'
import type { InboxOwner } from '../model/inboxes.js'
import { createAccount, type MemoryAccount } from './account.js'

/**
 * What several adapters of one process can share. Accounts are separate from each other, and only the inbox owners are
 * shared by all of them.
 */
export interface MemoryDatabase {
  /** Whether `migrate()` was called. Until then every call throws SCHEMA_OUT_OF_DATE, as on the other databases. */
  isMigrated: boolean
  account(accountId: string): MemoryAccount
  /** The ids of all accounts that were asked for. */
  accounts(): readonly string[]
  owner(channel: string, oaId: string): InboxOwner | null
  putOwner(owner: InboxOwner): void
  deleteOwner(channel: string, oaId: string): void
}

export function createMemoryDatabase(): MemoryDatabase {
  const accounts = new Map<string, MemoryAccount>()
  const owners = new Map<string, InboxOwner>()
  return {
    isMigrated: false,
    account(accountId) {
      const account = accounts.get(accountId) ?? createAccount()
      accounts.set(accountId, account)
      return account
    },
    accounts: () => [...accounts.keys()],
    owner: (channel, oaId) => owners.get(compositeKey(channel, oaId)) ?? null,
    putOwner: (owner) => void owners.set(compositeKey(owner.channel, owner.oaId), owner),
    deleteOwner: (channel, oaId) => void owners.delete(compositeKey(channel, oaId)),
  }
}
