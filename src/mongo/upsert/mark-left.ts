import { inSession, type MongoContext } from '../context.js'
import type { Doc } from '../driver.js'
import { inTransaction } from '../transaction.js'
import { type LeftToMark, leftToMark, markedAtOnce } from './left-to-mark.js'

/**
 * Marks what watermarks have left to mark under these contact inboxes. Each step is a transaction of its own that marks
 * at most `markedAtOnce` messages, so other writers wait for no more than one step. Where a process ends between two
 * steps, the contact inbox still tells what is left. In the host's transaction all steps are part of it.
 */
export async function markLeft(context: MongoContext, accountId: string, contactInboxIds: readonly string[]): Promise<void> {
  for (const id of contactInboxIds) {
    let isMore = true
    while (isMore) isMore = await inTransaction(context, (inner) => markSome(inner, accountId, id))
  }
}

/** Returns whether anything may be left after this step. */
async function markSome(context: MongoContext, accountId: string, contactInboxId: string): Promise<boolean> {
  const { contact_inboxes: contactInboxes, messages } = context.collections
  const key = { accountId, _id: contactInboxId }
  const [next, ...others] = leftToMark(await contactInboxes.findOne(key, { ...inSession(context), projection: { left_to_mark: 1 } }))
  if (next === undefined) return false
  const reached = { accountId, contact_inbox_id: contactInboxId, awaits: next.status, sent_at: { $lte: next.upTo } }
  const newest = { sort: { sent_at: -1 }, limit: markedAtOnce, batchSize: markedAtOnce + 1, projection: { _id: 1 } }
  const found = await messages.find(reached, { ...inSession(context), ...newest }).toArray()
  const ids = found.map(({ _id }) => _id)
  if (ids.length > 0) await messages.updateMany({ accountId, _id: { $in: ids } }, marking(next), inSession(context))

  // Every step writes the contact inbox. So a step that began before another process has marked everything conflicts
  // with that process, and marks nothing that came later. The write comes last, because others write here too.
  const isMarked = found.length < markedAtOnce
  const remaining = others.length > 0 ? { $pop: { left_to_mark: -1 } } : { $unset: { left_to_mark: '' } }
  await contactInboxes.updateOne(key, { $inc: { lock: 1 }, ...(isMarked ? remaining : {}) }, inSession(context))
  return !isMarked || others.length > 0
}

/** The change that the planner makes to a message that a watermark reaches. */
function marking({ status, at }: LeftToMark): Doc[] {
  const isRead = { $gt: ['$read_at', null] }
  const awaits = { $filter: { input: '$awaits', cond: { $ne: ['$$this', status] } } }
  return [
    { $set: { [status === 'read' ? 'read_at' : 'delivered_at']: at, awaits } },
    {
      $set: {
        status: { $cond: [isRead, 'read', 'delivered'] },
        awaits: { $cond: [{ $eq: ['$awaits', []] }, '$$REMOVE', '$awaits'] },
      },
    },
  ]
}
