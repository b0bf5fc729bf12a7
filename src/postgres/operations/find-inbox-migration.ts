import { inboxMigrationOf } from '../../model/planning/inbox-migrations.js'
import type { InboxMigration, Scoped } from '../../store/adapter.js'
import type { PostgresContext } from '../context.js'
import { inboxMigrationRow, toInboxMigrationRow } from '../rows/inbox-migration.js'
import { sql } from '../sql.js'

export async function findInboxMigration(
  context: PostgresContext,
  input: Scoped & { readonly migrationId: string },
): Promise<InboxMigration | null> {
  const [row] = await context.read(
    sql`select ${inboxMigrationRow.list('m')} from ${context.tables.inbox_migrations} m
where m.account_id = ${input.accountId} and m.id = ${input.migrationId}`,
    input,
  )
  return row === undefined ? null : inboxMigrationOf(toInboxMigrationRow(row))
}
