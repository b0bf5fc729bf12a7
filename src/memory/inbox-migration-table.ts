import { type InboxMigrationRow, inboxMigrationOf } from '../model/planning/inbox-migrations.js'
import type { InboxMigration } from '../store/adapter.js'

export function inboxMigration(row: InboxMigrationRow): InboxMigration {
  return structuredClone(inboxMigrationOf(row))
}
