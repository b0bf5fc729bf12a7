import { begunMigration, inboxMigrationOf } from '../../model/planning/inbox-migrations.js'
import type { BeginInboxMigration, InboxMigration, WriteStamp } from '../../store/adapter.js'
import { insertInboxMigration } from '../begin-inbox-migration.js'
import type { PostgresContext } from '../context.js'

/**
 * Begins a migration in three statements of one transaction. The first locks the rows of both inboxes, so of two calls
 * that share an inbox one waits, and finds what the other one began. Throws NOT_FOUND, INBOX_MIGRATION_IN_PROGRESS.
 */
export async function beginInboxMigration(context: PostgresContext, input: WriteStamp & BeginInboxMigration): Promise<InboxMigration> {
  const { sourceOaId, destinationOaId } = input
  const begun = await insertInboxMigration(context, { ...input, undoes: null }, (stamp, inboxes) => {
    const [source, destination] = [sourceOaId, destinationOaId].map((oaId) => inboxes.find((inbox) => inbox.oaId === oaId))
    return begunMigration(stamp, input, source, destination)
  })
  return inboxMigrationOf(begun)
}
