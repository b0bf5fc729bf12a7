import { inboxMigrationOf } from '../../model/planning/inbox-migrations.js'
import type { InboxMigration, Scoped } from '../../store/adapter.js'
import { inSession, type MongoContext } from '../context.js'
import { inboxMigrationRow } from '../documents/inbox-migrations.js'

export async function findInboxMigration(
  context: MongoContext,
  input: Scoped & { readonly migrationId: string },
): Promise<InboxMigration | null> {
  const { accountId, migrationId } = input
  const doc = await context.collections.inbox_migrations.findOne({ _id: migrationId, accountId }, inSession(context))
  return doc && inboxMigrationOf(inboxMigrationRow(doc))
}
