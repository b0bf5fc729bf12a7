import { isActiveMigration } from '../../model/planning/inbox-migrations.js'
import type { InboxMigration, ListInboxMigrations } from '../../store/adapter.js'
import { type AdapterPage, pageOf } from '../../store/adapter-page.js'
import type { MemoryDatabase } from '../database.js'
import { inboxMigration } from '../inbox-migration-table.js'
import { newestFirst } from '../newest-first.js'

export function listInboxMigrations(database: MemoryDatabase, input: ListInboxMigrations): AdapterPage<InboxMigration> {
  const { sourceOaId, active, after, limit } = input
  const rows = [...database.account(input.accountId).inboxMigrations.values()].filter(
    (row) => (sourceOaId === null || row.sourceOaId === sourceOaId) && (active === null || isActiveMigration(row) === active),
  )
  const sorted = newestFirst(rows, after, ({ createdAt, id }) => [createdAt, id])
  return pageOf(sorted, limit, inboxMigration)
}
