import type { InboxMigration, Scoped } from '../../store/adapter.js'
import type { MemoryDatabase } from '../database.js'
import { inboxMigration } from '../inbox-migration-table.js'

export function findInboxMigration(database: MemoryDatabase, input: Scoped & { readonly migrationId: string }): InboxMigration | null {
  const row = database.account(input.accountId).inboxMigrations.get(input.migrationId)
  return row === undefined ? null : inboxMigration(row)
}
