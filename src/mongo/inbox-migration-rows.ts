import { type InboxMigrationRow, type MigrationStamp, refusalBy } from '../model/planning/inbox-migrations.js'
import type { ItemStamp } from '../model/planning/item-plan.js'
import type { WriteStamp } from '../store/adapter.js'
import { inSession, type MongoContext } from './context.js'
import { needsTransactions } from './deployment.js'
import { inboxMigrationDocument, inboxMigrationRow } from './documents/inbox-migrations.js'
import { updateBetween } from './field-updates.js'
import { findNow } from './find-now.js'
import { inTransaction } from './transaction.js'

/**
 * In a transaction: reads a migration of an inbox, decides, and writes it. Another writer of the migration makes the
 * transaction begin anew. Returning the same row writes nothing. `begin` comes first in the transaction. Throws
 * UNSUPPORTED on a standalone server.
 */
export async function changeInboxMigration(
  context: MongoContext,
  input: WriteStamp & { readonly migrationId: string },
  operation: string,
  decide: (
    row: InboxMigrationRow | null,
    stamp: MigrationStamp & ItemStamp,
    inner: MongoContext,
  ) => Promise<InboxMigrationRow> | InboxMigrationRow,
  begin: (inner: MongoContext) => Promise<void> = async () => {},
): Promise<InboxMigrationRow> {
  const { accountId, operationId, migrationId } = input
  if (!(await context.deployment()).transactions) throw needsTransactions(operation)
  return inTransaction(context, async (attempt) => {
    const inner: MongoContext = { ...attempt, queue: null }
    await begin(inner)
    const { inbox_migrations } = inner.collections
    const { doc, serverNow } = await findNow(inner, 'inbox_migrations', { _id: migrationId, accountId })
    const before = doc && inboxMigrationRow(doc)
    const stamp = { accountId, operationId, now: input.now ?? serverNow, serverNow, resentAfter: null }
    const row = await decide(before, stamp, inner)
    if (before === null) await inbox_migrations.insertOne(inboxMigrationDocument(row), inSession(inner))
    else if (row !== before) {
      const update = updateBetween(inboxMigrationDocument(before), inboxMigrationDocument(row))
      await inbox_migrations.updateOne({ _id: migrationId, accountId }, update, inSession(inner))
    }
    return row
  })
}

/** Throws INBOX_MIGRATION_IN_PROGRESS while one of the inboxes takes part in a migration. */
export async function requireFreeInboxes(context: MongoContext, accountId: string, ours: readonly string[]): Promise<void> {
  const found = await context.collections.inbox_migrations.findOne({ accountId, inboxes: { $in: ours } }, inSession(context))
  if (found !== null) throw refusalBy(inboxMigrationRow(found))
}
