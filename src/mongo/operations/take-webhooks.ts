import { compareBytes } from '../../model/planning/byte-order.js'
import type { TakenWebhook, TakeWebhooks, WriteStamp } from '../../store/adapter.js'
import { inSession, type MongoContext } from '../context.js'
import { takenWebhook, webhookBodyFields } from '../documents/webhooks.js'
import type { Doc } from '../driver.js'
import { literal } from '../literal.js'

/**
 * Takes up bodies that are due, or the named ones, with one command for each. What this call took before is its own, so
 * a call that is sent again gets it with the same token.
 */
export async function takeWebhooks(context: MongoContext, input: WriteStamp & TakeWebhooks): Promise<readonly TakenWebhook[]> {
  const taken = new Map<string, TakenWebhook>()
  for (const wanted of input.ids ?? Array.from({ length: input.limit }, () => null)) {
    if (taken.size === input.limit) break
    const found = await takeOne(context, input, wanted, [...taken.keys()])
    if (found !== null) taken.set(found.id, found)
    else if (wanted === null) break
  }
  return [...taken.values()].sort((a, b) => a.receivedAt.getTime() - b.receivedAt.getTime() || compareBytes(a.id, b.id))
}

async function takeOne(
  context: MongoContext,
  { accountId, operationId, holder, claimMs }: WriteStamp & TakeWebhooks,
  wanted: string | null,
  before: readonly string[],
): Promise<TakenWebhook | null> {
  const isOurs = { $eq: ['$operation_id', literal(operationId)] }
  const isFree = { $or: [{ $lte: ['$due_at', '$$NOW'] }, isOurs] }
  const which: Doc = wanted === null ? { due_at: { $exists: true }, _id: { $nin: [...before] } } : { _id: wanted }
  // A body that was settled has no `due_at`, and a missing field compares as less than any time.
  const filter = { accountId, ...which, $expr: isFree }
  const one = { $cond: [isOurs, 0, 1] }
  const set = {
    token: { $add: ['$token', one] },
    attempts: { $add: ['$attempts', one] },
    outcome: literal('waiting'),
    holder: literal(holder),
    operation_id: literal(operationId),
    due_at: { $add: ['$$NOW', claimMs] },
  }
  const order = wanted === null ? { sort: { due_at: 1, _id: 1 } } : {}
  const options = { ...inSession(context), ...order, returnDocument: 'after', projection: webhookBodyFields }
  const doc = await context.collections.webhook_journal.findOneAndUpdate(filter, [{ $set: set }], options)
  return doc && takenWebhook(doc)
}
