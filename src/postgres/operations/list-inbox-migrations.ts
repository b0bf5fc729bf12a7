import { inboxMigrationOf } from '../../model/planning/inbox-migrations.js'
import type { InboxMigration, ListInboxMigrations } from '../../store/adapter.js'
import { type AdapterPage, pageOf } from '../../store/adapter-page.js'
import { boundTime } from '../clock.js'
import type { PostgresContext } from '../context.js'
import { inboxMigrationRow, toInboxMigrationRow } from '../rows/inbox-migration.js'
import { nothing, sql } from '../sql.js'

/** The account's migrations of inboxes, the newest first. One statement. */
export async function listInboxMigrations(context: PostgresContext, input: ListInboxMigrations): Promise<AdapterPage<InboxMigration>> {
  const { sourceOaId, active, limit, after } = input
  const [milliseconds, id] = after ?? []
  const rows = await context.read(
    sql`select ${inboxMigrationRow.list('m')} from ${context.tables.inbox_migrations} m
where m.account_id = ${input.accountId}
${sourceOaId === null ? nothing : sql`and m.source_oa_id = ${sourceOaId}`}
${active === null ? nothing : sql`and (m.completed_at is null) = ${active}::boolean`}
${id === undefined ? nothing : sql`and (m.created_at, m.id) < (${boundTime(new Date(Number(milliseconds)))}, ${id}::text)`}
order by m.created_at desc, m.id desc limit ${limit + 1}::integer`,
    input,
  )
  return pageOf(rows, limit, (row) => inboxMigrationOf(toInboxMigrationRow(row)))
}
