import { begunUndo, undoableMigration } from '../../model/planning/inbox-migrations.js'
import type { InboxMigration, UndoInboxMigration, WriteStamp } from '../../store/adapter.js'
import type { MemoryDatabase } from '../database.js'
import { inboxMigration, requireFree } from '../inbox-migration-table.js'
import { stampOf } from '../write-stamp.js'

export function undoInboxMigration(database: MemoryDatabase, input: WriteStamp & UndoInboxMigration): InboxMigration {
  const { accountId, migrationId, undoes } = input
  const { inboxMigrations } = database.account(accountId)
  const known = inboxMigrations.get(migrationId)
  if (known !== undefined) return inboxMigration(known)
  const undone = undoableMigration(inboxMigrations.get(undoes) ?? null)
  const begun = begunUndo({ accountId, ...stampOf(input) }, input, undone)
  requireFree(inboxMigrations, begun)
  inboxMigrations.set(migrationId, begun)
  return inboxMigration(begun)
}
