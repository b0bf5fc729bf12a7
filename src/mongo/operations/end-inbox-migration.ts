import { endedMigration, inboxMigrationOf } from '../../model/planning/inbox-migrations.js'
import type { EndInboxMigration, InboxMigration, WriteStamp } from '../../store/adapter.js'
import type { MongoContext } from '../context.js'
import { changeInboxMigration } from '../inbox-migration-rows.js'

/** Ends a migration, in a transaction. */
export async function endInboxMigration(context: MongoContext, input: WriteStamp & EndInboxMigration): Promise<InboxMigration> {
  const decide = changeInboxMigration(context, input, 'endInboxMigration', (row, stamp) => endedMigration(row, stamp, input.end))
  return inboxMigrationOf(await decide)
}
