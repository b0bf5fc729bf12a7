import { compareBytes } from '../../model/planning/byte-order.js'
import { isActiveMigration } from '../../model/planning/inbox-migrations.js'
import type { InboxMigration, ListInboxMigrations } from '../../store/adapter.js'
import { type AdapterPage, pageOf } from '../../store/adapter-page.js'
import type { MemoryDatabase } from '../database.js'
import { byCreation, inboxMigration } from '../inbox-migration-table.js'

export function listInboxMigrations(database: MemoryDatabase, input: ListInboxMigrations): AdapterPage<InboxMigration> {
  const { sourceOaId, active, after, limit } = input
  const [afterTime, afterId] = after ?? []
  const rows = [...database.account(input.accountId).inboxMigrations.values()]
    .filter((row) => (sourceOaId === null || row.sourceOaId === sourceOaId) && (active === null || isActiveMigration(row) === active))
    .sort(byCreation)
    .filter(({ createdAt, id }) => {
      if (afterTime === undefined) return true
      const time = createdAt.getTime() - Number(afterTime)
      return time < 0 || (time === 0 && compareBytes(id, String(afterId)) < 0)
    })
  return pageOf(rows, limit, inboxMigration)
}
