import { begunUndo, inboxMigrationOf, refusalBy, undoableMigration } from '../../model/planning/inbox-migrations.js'
import type { InboxMigration, UndoInboxMigration, WriteStamp } from '../../store/adapter.js'
import { inSession, type MongoContext } from '../context.js'
import { inboxMigrationRow } from '../documents/inbox-migrations.js'
import { changeInboxMigration, requireFreeInboxes } from '../inbox-migration-rows.js'

/**
 * Begins the undo of a migration in a transaction. Of two at once the unique index of the inboxes lets one begin.
 * Throws NOT_FOUND, INBOX_MIGRATION_IN_PROGRESS, INBOX_UNDO_REFUSED.
 */
export async function undoInboxMigration(context: MongoContext, input: WriteStamp & UndoInboxMigration): Promise<InboxMigration> {
  const { accountId, undoes } = input
  const begun = await changeInboxMigration(context, input, 'undoInboxMigration', async (known, stamp, inner) => {
    if (known !== null) return known
    const { inbox_migrations } = inner.collections
    const found = await inbox_migrations.findOne({ _id: undoes, accountId }, inSession(inner))
    const undone = undoableMigration(found && inboxMigrationRow(found))
    const { sourceOaId, destinationOaId } = undone
    await requireFreeInboxes(inner, accountId, [sourceOaId, destinationOaId])
    const completed = { accountId, source_oa_id: destinationOaId, undoes, status: 'completed' }
    const undo = await inbox_migrations.findOne(completed, inSession(inner))
    if (undo !== null) throw refusalBy(inboxMigrationRow(undo))
    return begunUndo(stamp, input, undone)
  })
  return inboxMigrationOf(begun)
}
