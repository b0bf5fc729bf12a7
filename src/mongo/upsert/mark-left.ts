import { inSession, type MongoContext } from '../context.js'
import type { Doc } from '../driver.js'
import { inTransaction } from '../transaction.js'
import { type LeftToMark, leftToMark, markedAtOnce } from './left-to-mark.js'
import { tellShownCopies } from './tell-shown.js'

/**
 * Marks what watermarks have left to mark under these contact inboxes. Each step is a transaction of its own that marks
 * at most `markedAtOnce` messages, and the copies that are shown in place of some of them, so other writers wait for no
 * more than one step. Where a process ends between two steps, the contact inbox still tells what is left. In the host's
 * transaction all steps are part of it.
 */
export async function markLeft(context: MongoContext, accountId: string, contactInboxIds: readonly string[]): Promise<void> {
  for (const id of contactInboxIds) while (await markStep(context, accountId, id, [])) {}
}

/**
 * Marks the given messages where a watermark has left them to mark, and `markedAtOnce` others, in one transaction. So
 * receipts for some messages don't wait for all, and finish little by little what a process that ended has left.
 * Returns whether anything may be left.
 */
export function markStep(context: MongoContext, accountId: string, contactInboxId: string, ids: readonly string[]): Promise<boolean> {
  return inTransaction(context, async (inner) => {
    const { contact_inboxes: contactInboxes, messages } = inner.collections
    const key = { accountId, _id: contactInboxId }
    const left = leftToMark(await contactInboxes.findOne(key, { ...inSession(inner), projection: { left_to_mark: 1 } }))
    const [next, ...others] = left
    if (next === undefined) return false
    if (ids.length > 0) await markThese(inner, accountId, left, ids)
    const newest = { sort: { sent_at: -1 }, limit: markedAtOnce, batchSize: markedAtOnce + 1, projection: { sent_at: 1, double_in: 1 } }
    const found = await messages.find(reachedBy(accountId, next), { ...inSession(inner), ...newest }).toArray()
    if (found.length > 0) {
      await messages.updateMany({ accountId, _id: { $in: found.map(({ _id }) => _id) } }, marking(next), byId(inner))
    }
    await tellShown(inner, accountId, next.at, found)

    // Every step writes the contact inbox. So a step that began before another process has marked everything conflicts
    // with that process, and marks nothing that came later. The write comes last, because others write here too.
    const isMarked = found.length < markedAtOnce
    const remaining = others.length > 0 ? { $pop: { left_to_mark: -1 } } : { $unset: { left_to_mark: '' } }
    const change = isMarked ? remaining : { $set: { 'left_to_mark.0.up_to': found.at(-1)?.sent_at } }
    await contactInboxes.updateOne(key, { $inc: { lock: 1 }, ...change }, inSession(inner))
    return !isMarked || others.length > 0
  })
}

/** Marks the given messages where a watermark has left them to mark. */
async function markThese(context: MongoContext, accountId: string, left: readonly LeftToMark[], ids: readonly string[]): Promise<void> {
  const { messages } = context.collections
  for (const each of left) {
    const filter = { ...reachedBy(accountId, each), _id: { $in: ids } }
    const hidden = await messages
      .find({ ...filter, double_in: { $exists: true } }, { ...byId(context), projection: { double_in: 1 } })
      .toArray()
    await messages.updateMany(filter, marking(each), byId(context))
    await tellShown(context, accountId, each.at, hidden)
  }
}

/** A copy that a merge hides tells the one that is shown, which another watermark may have to mark before that. */
async function tellShown(context: MongoContext, accountId: string, at: Date, marked: readonly Doc[]): Promise<void> {
  const ids = marked.flatMap(({ _id, double_in: hiddenBy }) => (hiddenBy === undefined ? [] : [String(_id)]))
  if (ids.length === 0) return
  const markFirst = await tellShownCopies(context, { accountId, ids, at })
  for (const [id, shown] of markFirst) {
    const doc = await context.collections.contact_inboxes.findOne({ accountId, _id: id }, inSession(context))
    await markThese(context, accountId, leftToMark(doc), shown)
  }
  if (markFirst.size > 0) await tellShown(context, accountId, at, marked)
}

function reachedBy(accountId: string, { contactInboxId, status, upTo }: LeftToMark): Doc {
  return { accountId, contact_inbox_id: contactInboxId, awaits: status, sent_at: { $lte: upTo } }
}

function byId(context: MongoContext): object {
  return { ...inSession(context), hint: { _id: 1 } }
}

/** The change that the planner makes to a message that a watermark reaches. */
function marking({ status, at }: LeftToMark): Doc[] {
  const isRead = { $gt: ['$read_at', null] }
  // A message with no time yet has been told of by nothing but watermarks.
  const isMarked = { $cond: [{ $or: [{ $gt: ['$delivered_at', null] }, isRead] }, '$is_marked', true] }
  const awaits = { $filter: { input: '$awaits', cond: { $ne: ['$$this', status] } } }
  return [
    { $set: { [status === 'read' ? 'read_at' : 'delivered_at']: at, awaits, is_marked: { $ifNull: [isMarked, '$$REMOVE'] } } },
    {
      $set: {
        status: { $cond: [isRead, 'read', 'delivered'] },
        awaits: { $cond: [{ $eq: ['$awaits', []] }, '$$REMOVE', '$awaits'] },
      },
    },
  ]
}
