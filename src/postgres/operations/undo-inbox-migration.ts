import { begunUndo, inboxMigrationOf, undoableMigration } from '../../model/planning/inbox-migrations.js'
import type { InboxMigration, UndoInboxMigration, WriteStamp } from '../../store/adapter.js'
import { insertInboxMigration } from '../begin-inbox-migration.js'
import type { PostgresContext } from '../context.js'
import { inboxMigrationRow, toInboxMigrationRow } from '../rows/inbox-migration.js'
import { sql } from '../sql.js'

/**
 * Begins the undo of a migration in four statements of one transaction. The first reads what of the migration never
 * changes: its kind and its inboxes. The locks of the inboxes decide the rest.
 */
export async function undoInboxMigration(context: PostgresContext, input: WriteStamp & UndoInboxMigration): Promise<InboxMigration> {
  const { accountId, undoes } = input
  const undone = undoableMigration(await find())
  const { sourceOaId: destinationOaId, destinationOaId: sourceOaId } = undone
  const begun = await insertInboxMigration(context, { ...input, sourceOaId, destinationOaId }, async (stamp) =>
    begunUndo(stamp, input, (await find()) ?? undone),
  )
  return inboxMigrationOf(begun)

  async function find() {
    const statement = sql`select ${inboxMigrationRow.list('m')} from ${context.tables.inbox_migrations} m
where m.account_id = ${accountId} and m.id = ${undoes}`
    const [found] = await context.write(statement, input)
    return found === undefined ? null : toInboxMigrationRow(found)
  }
}
