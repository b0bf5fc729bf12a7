import type { ClearedWebhooks, WriteStamp } from '../../store/adapter.js'
import { inSession, type MongoContext } from '../context.js'
import { nowOf } from '../expressions.js'
import { latestState } from '../find-now.js'

/** Removes bodies whose time is over, the oldest first, by two commands. */
export async function clearWebhooks(context: MongoContext, input: WriteStamp & { readonly limit: number }): Promise<ClearedWebhooks> {
  const { accountId, limit } = input
  const { webhook_journal: journal } = context.collections
  // A body that was settled has no `due_at`, and a missing field compares as less than any time.
  const isOver = { $expr: { $and: [{ $lte: ['$expires_at', nowOf(input)] }, { $lte: ['$due_at', '$$NOW'] }] } }
  const options = { ...latestState(context), projection: { _id: 1 }, sort: { expires_at: 1, _id: 1 }, limit: limit + 1 }
  const found = await journal.find({ accountId, ...isOver }, options).toArray()
  const over = found.slice(0, limit).map(({ _id }) => _id)
  if (over.length === 0) return { cleared: 0, more: false }
  // Another call may have cleared some of them meanwhile, or taken them up.
  const { deletedCount } = await journal.deleteMany({ accountId, _id: { $in: over }, ...isOver }, inSession(context))
  return { cleared: deletedCount, more: found.length > over.length }
}
