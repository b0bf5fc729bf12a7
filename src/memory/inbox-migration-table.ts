import { hasUndone, type InboxMigrationRow, inboxMigrationOf, isActiveMigration, refusalBy } from '../model/planning/inbox-migrations.js'
import type { InboxMigration } from '../store/adapter.js'

export function inboxMigration(row: InboxMigrationRow): InboxMigration {
  return structuredClone(inboxMigrationOf(row))
}

type Beginning = Pick<InboxMigrationRow, 'sourceOaId' | 'destinationOaId' | 'undoes'>

/** Throws INBOX_MIGRATION_IN_PROGRESS and INBOX_UNDO_REFUSED, by the migrations that there are. */
export function requireFree(rows: ReadonlyMap<string, InboxMigrationRow>, { sourceOaId, destinationOaId, undoes }: Beginning): void {
  const ours = [sourceOaId, destinationOaId]
  const all = [...rows.values()]
  const crossing = all.find((row) => isActiveMigration(row) && (ours.includes(row.sourceOaId) || ours.includes(row.destinationOaId)))
  const found = crossing ?? all.find((row) => undoes !== null && hasUndone(row, undoes))
  if (found !== undefined) throw refusalBy(found)
}
