import { begunMigration, inboxMigrationOf } from '../../model/planning/inbox-migrations.js'
import type { BeginInboxMigration, InboxMigration, WriteStamp } from '../../store/adapter.js'
import { inSession, type MongoContext } from '../context.js'
import { inboxRow } from '../documents/inboxes.js'
import { changeInboxMigration, requireFreeInboxes } from '../inbox-migration-rows.js'

/**
 * Begins a migration in a transaction. Of two at once that share an inbox the unique index lets one begin, and the
 * other begins anew and finds it. Throws NOT_FOUND, INBOX_MIGRATION_IN_PROGRESS.
 */
export async function beginInboxMigration(context: MongoContext, input: WriteStamp & BeginInboxMigration): Promise<InboxMigration> {
  const { accountId, sourceOaId, destinationOaId } = input
  const begun = await changeInboxMigration(context, input, 'beginInboxMigration', async (known, stamp, inner) => {
    if (known !== null) return known
    const ours = [sourceOaId, destinationOaId]
    await requireFreeInboxes(inner, accountId, ours)
    const filter = { accountId, oa_id: { $in: ours } }
    const rows = (await inner.collections.inboxes.find(filter, inSession(inner)).toArray()).map(inboxRow)
    const [source, destination] = ours.map((oaId) => rows.find((row) => row.oaId === oaId))
    const row = begunMigration(stamp, input, source, destination)
    const unmatched = { accountId, oa_id: destinationOaId, matches_numbers: { $exists: false } }
    await inner.collections.inboxes.updateOne(unmatched, { $set: { matches_numbers: true } }, inSession(inner))
    return row
  })
  return inboxMigrationOf(begun)
}
