import { endedMigration, inboxMigrationOf } from '../../model/planning/inbox-migrations.js'
import type { EndInboxMigration, InboxMigration, WriteStamp } from '../../store/adapter.js'
import { changeInboxMigration } from '../change-inbox-migration.js'
import type { PostgresContext } from '../context.js'

/** Ends a migration: two statements of one transaction, the first of which locks it. */
export async function endInboxMigration(context: PostgresContext, input: WriteStamp & EndInboxMigration): Promise<InboxMigration> {
  return inboxMigrationOf(await changeInboxMigration(context, input, (row, stamp) => endedMigration(row, stamp, input.end)))
}
