import { waitingLimit } from '../../model/planning/waiting-time.js'
import type { Sweep, SweepResult } from '../../store/adapter.js'
import { inSession, type MongoContext } from '../context.js'
import { needsTransactions } from '../deployment.js'
import { findNow, latestState } from '../find-now.js'
import { waitingKeys } from '../schema/hinted-keys.js'
import { endOverdue } from '../sync-rows.js'
import { inTransaction } from '../transaction.js'

/**
 * Drops events that have waited too long, the longest first, and counts them on their contact inboxes, in one
 * transaction. A write that takes one of the events at the same moment conflicts with it, and one of the two starts
 * again. Throws UNSUPPORTED without transactions, because the events and their counts are different documents.
 */
export async function sweep(context: MongoContext, input: Sweep): Promise<SweepResult> {
  if (!(await context.deployment()).transactions) throw needsTransactions('sweep')
  return inTransaction(context, (inner) => sweepOnce(inner, input))
}

async function sweepOnce(context: MongoContext, { accountId, now, limit }: Sweep): Promise<SweepResult> {
  const { contact_inboxes, contact_interaction_events: events } = context.collections
  const options = { ...latestState(context), hint: waitingKeys.age }
  const at = now ?? (await findNow(context, 'contact_inboxes', { accountId })).serverNow
  const since = waitingLimit(at)
  await endOverdue(context, accountId, at)
  const pipeline = [
    { $match: { accountId, waiting: true, created_at: { $lte: since } } },
    { $sort: { created_at: 1, _id: 1 } },
    { $limit: limit + 1 },
    { $project: { _id: 1, contact_inbox_id: 1 } },
  ]
  const found = await events.aggregate(pipeline, options).toArray()
  const overdue = found.slice(0, limit)
  if (overdue.length === 0) return { expiredEvents: 0, more: false }

  const counts = new Map<unknown, number>()
  for (const { contact_inbox_id: id } of overdue) counts.set(id, (counts.get(id) ?? 0) + 1)
  const updates = [...counts].map(([id, count]) => ({
    updateOne: { filter: { accountId, _id: id }, update: { $inc: { dropped_events: count } } },
  }))
  await contact_inboxes.bulkWrite(updates, { ...inSession(context), ordered: true })
  await events.deleteMany({ accountId, _id: { $in: overdue.map(({ _id }) => _id) }, waiting: true }, inSession(context))
  return { expiredEvents: overdue.length, more: found.length > limit }
}
