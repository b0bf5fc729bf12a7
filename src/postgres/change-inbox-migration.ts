import type { InboxMigrationRow, MigrationStamp } from '../model/planning/inbox-migrations.js'
import type { WriteStamp } from '../store/adapter.js'
import { boundTimeOrNull, nowOf } from './clock.js'
import { columns } from './columns.js'
import type { PostgresContext } from './context.js'
import { time } from './readers.js'
import { inboxMigrationRow, toInboxMigrationRow } from './rows/inbox-migration.js'
import { sql } from './sql.js'

const lockedRow = columns({ locked_at: time })

/**
 * In a transaction: locks a migration, decides, and writes it. Returning the same row writes nothing. The locked row
 * decides, so of two that change it one waits, and sees what the other one wrote.
 */
export async function changeInboxMigration(
  context: PostgresContext,
  input: WriteStamp & { readonly migrationId: string },
  decide: (row: InboxMigrationRow | null, stamp: MigrationStamp) => Promise<InboxMigrationRow> | InboxMigrationRow,
): Promise<InboxMigrationRow> {
  const { accountId, migrationId, operationId } = input
  const [locked] = await context.write(
    sql`select ${inboxMigrationRow.list('m')}, ${lockedRow.list('n')} from ${context.tables.inbox_migrations} m
cross join lateral (select ${nowOf(input)} as locked_at) n
where m.account_id = ${accountId} and m.id = ${migrationId} for update of m`,
    input,
  )
  const before = locked === undefined ? null : toInboxMigrationRow(locked)
  const now = locked === undefined ? new Date(0) : time(lockedRow.of(locked).locked_at)
  const row = await decide(before, { accountId, operationId, now })
  if (row !== before) await put(context, row, input)
  return row
}

async function put({ tables, write }: PostgresContext, row: InboxMigrationRow, input: WriteStamp): Promise<void> {
  const { moved } = row
  await write(
    sql`update ${tables.inbox_migrations} m
   set status = ${row.status}, conversations_moved = ${moved.conversations}::bigint, messages_moved = ${moved.messages}::bigint,
       attachments_moved = ${moved.attachments}::bigint, contact_inboxes_moved = ${moved.contactInboxes}::bigint,
       contacts_merged = ${row.contactsMerged}::bigint, skipped = ${row.skipped}::bigint, batches = ${row.batches}::integer,
       pass = ${row.pass}::integer, pass_moved = ${row.passMoved}::bigint,
       cursor = ${row.cursor}, error_message = ${row.errorMessage}, error_backtrace = ${row.errorBacktrace},
       cancel_requested_at = ${boundTimeOrNull(row.cancelRequestedAt)}, started_at = ${boundTimeOrNull(row.startedAt)},
       completed_at = ${boundTimeOrNull(row.completedAt)}, updated_at = ${boundTimeOrNull(row.updatedAt)}, operation_id = ${row.operationId}
 where m.account_id = ${row.accountId} and m.id = ${row.id}`,
    input,
  )
}
