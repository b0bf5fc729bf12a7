import { endedMigration } from '../../model/planning/inbox-migrations.js'
import type { EndInboxMigration, InboxMigration, WriteStamp } from '../../store/adapter.js'
import type { MemoryDatabase } from '../database.js'
import { inboxMigration } from '../inbox-migration-table.js'
import { stampOf } from '../write-stamp.js'

export function endInboxMigration(database: MemoryDatabase, input: WriteStamp & EndInboxMigration): InboxMigration {
  const { accountId, migrationId, end } = input
  const { inboxMigrations } = database.account(accountId)
  const ended = endedMigration(inboxMigrations.get(migrationId) ?? null, { accountId, ...stampOf(input) }, end)
  inboxMigrations.set(migrationId, ended)
  return inboxMigration(ended)
}
