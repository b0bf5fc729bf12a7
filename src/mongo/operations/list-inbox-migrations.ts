import { inboxMigrationOf } from '../../model/planning/inbox-migrations.js'
import type { InboxMigration, ListInboxMigrations } from '../../store/adapter.js'
import { type AdapterPage, pageOf } from '../../store/adapter-page.js'
import { inSession, type MongoContext } from '../context.js'
import { inboxMigrationRow } from '../documents/inbox-migrations.js'

/** Lists migrations, the newest first. The range bounds the index scan. */
export async function listInboxMigrations(context: MongoContext, input: ListInboxMigrations): Promise<AdapterPage<InboxMigration>> {
  const { accountId, sourceOaId, active, limit, after } = input
  const [milliseconds, id] = after ?? []
  const at = new Date(Number(milliseconds))
  const past = after === null ? {} : { created_at: { $lte: at }, $or: [{ created_at: { $lt: at } }, { _id: { $lt: String(id) } }] }
  const of = { ...(sourceOaId !== null && { source_oa_id: sourceOaId }), ...(active !== null && { inboxes: { $exists: active } }) }
  const options = { ...inSession(context), sort: { created_at: -1, _id: -1 }, limit: limit + 1, batchSize: limit + 1 }
  const found = await context.collections.inbox_migrations.find({ accountId, ...of, ...past }, options).toArray()
  return pageOf(found, limit, (doc) => inboxMigrationOf(inboxMigrationRow(doc)))
}
