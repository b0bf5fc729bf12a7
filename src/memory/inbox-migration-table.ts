import { compareBytes } from '../model/planning/byte-order.js'
import { type InboxMigrationRow, inboxMigrationOf } from '../model/planning/inbox-migrations.js'
import type { InboxMigration } from '../store/adapter.js'

export function inboxMigration(row: InboxMigrationRow): InboxMigration {
  return structuredClone(inboxMigrationOf(row))
}

/** The newest come first. */
export function byCreation(a: InboxMigrationRow, b: InboxMigrationRow): number {
  return b.createdAt.getTime() - a.createdAt.getTime() || compareBytes(b.id, a.id)
}
