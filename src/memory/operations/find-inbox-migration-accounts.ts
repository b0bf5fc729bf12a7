import { compareBytes } from '../../model/planning/byte-order.js'
import { isActiveMigration } from '../../model/planning/inbox-migrations.js'
import type { FindInboxMigrationAccounts } from '../../store/adapter.js'
import type { MemoryDatabase } from '../database.js'

export function findInboxMigrationAccounts(database: MemoryDatabase, input: FindInboxMigrationAccounts): readonly string[] {
  return database
    .accounts()
    .filter((accountId) => [...database.account(accountId).inboxMigrations.values()].some(isActiveMigration))
    .filter((accountId) => input.after === null || compareBytes(accountId, input.after) > 0)
    .sort(compareBytes)
    .slice(0, input.limit)
}
