import type { ContractBackend, LeftOut, RawReader } from '../../src/contract/index.js'
import { createMemoryAdapter } from '../../src/memory/create-memory-adapter.js'
import { createMemoryDatabase, type MemoryDatabase } from '../../src/memory/database.js'
import {
  contactColumns,
  contactInboxColumns,
  conversationColumns,
  eventColumns,
  inboxColumns,
  inboxMigrationColumns,
  messageColumns,
  movedColumn,
  syncColumns,
  webhookColumns,
} from './row-columns.js'

export const memoryLeftOut: LeftOut = {
  'faults.schemaTooNew': 'memory has no schema',
  'faults.unreachable': 'memory has no server',
  'faults.lockedDataDir': 'memory has no data directory',
}

export function memoryBackend(): ContractBackend {
  const database = { ...createMemoryDatabase(), isMigrated: true }
  return {
    name: 'memory',
    supportsEvents: true,
    supportsTransactions: false,
    createAdapter: () => createMemoryAdapter(database),
    raw: memoryReader(database),
    faults: { schemaMissing: async () => createMemoryAdapter(createMemoryDatabase()) },
    close: async () => {},
  }
}

export function memoryReader(database: MemoryDatabase): RawReader {
  const read = async <T>(rows: ReadonlyMap<string, T>, columns: (row: T) => object) =>
    [...rows.values()].map((row) => ({ ...columns(row) }))
  return {
    inboxes: (accountId) => read(database.account(accountId).people.inboxes, inboxColumns),
    contacts: (accountId) => read(database.account(accountId).people.contacts, contactColumns),
    contactInboxes: (accountId) => {
      const { people, moved } = database.account(accountId)
      return read(people.contactInboxes, (row) => ({ ...contactInboxColumns(row), moved: movedColumn(moved.contactInboxes.get(row.id)) }))
    },
    conversations: (accountId) => {
      const { conversations, moved } = database.account(accountId)
      return read(conversations.rows, (row) => ({ ...conversationColumns(row), moved: movedColumn(moved.conversations.get(row.id)) }))
    },
    messages: (accountId) => read(database.account(accountId).messages.rows, messageColumns),
    events: (accountId) => read(database.account(accountId).events.rows, eventColumns),
    webhookJournal: (accountId) => read(database.account(accountId).webhooks, webhookColumns),
    syncState: (accountId) => read(database.account(accountId).syncSessions, syncColumns),
    inboxMigrations: (accountId) => read(database.account(accountId).inboxMigrations, inboxMigrationColumns),
    leases: (accountId) =>
      read(database.account(accountId).leases.rows, ({ kind, key, holder, token, since, expiresAt }) => ({
        account_id: accountId,
        kind,
        key,
        holder,
        token,
        acquired_at: since,
        expires_at: expiresAt,
      })),
    async owner(channel, oaId) {
      const owner = database.owner(channel, oaId)
      return owner && { channel: owner.channel, oa_id: owner.oaId, account_id: owner.accountId, inbox_id: owner.inboxId }
    },
  }
}
