import { limits } from '../../model/limits.js'
import { compareBytes } from '../../model/planning/byte-order.js'
import type { FindReceivers, Receiver } from '../../store/adapter.js'
import { inSession, type MongoContext } from '../context.js'
import { needsTransactions } from '../deployment.js'
import type { Doc } from '../driver.js'

/**
 * The customers of an inbox to whom replies with these ids were sent, by two commands. Throws UNSUPPORTED on a
 * standalone server, which has no messages.
 */
export async function findReceivers(context: MongoContext, { accountId, oaId, messageIds }: FindReceivers): Promise<readonly Receiver[]> {
  if (!(await context.deployment()).transactions) throw needsTransactions('applyReceipt')
  const { messages, contact_inboxes: contactInboxes } = context.collections
  const pipeline = [
    { $match: { accountId, message_id: { $in: [...messageIds] }, direction: 'outbound' } },
    { $group: { _id: { message: '$message_id', own: { $ifNull: ['$own_id', '$contact_inbox_id'] } } } },
  ]
  const replies = (await messages.aggregate(pipeline, inSession(context)).toArray()).map(({ _id }) => _id as Doc)
  if (replies.length === 0) return []
  const filter = { accountId, _id: { $in: [...new Set(replies.map(({ own }) => own))] }, oa_id: oaId }
  const customers = await contactInboxes.find(filter, { ...inSession(context), projection: { customer_id: 1 } }).toArray()
  const customerOf = new Map(customers.map(({ _id, customer_id }) => [_id, String(customer_id)]))
  return [...messageIds].sort(compareBytes).flatMap((messageId) => {
    const ids = new Set(replies.filter(({ message }) => message === messageId).flatMap(({ own }) => customerOf.get(own) ?? []))
    return [...ids]
      .sort(compareBytes)
      .slice(0, limits.receivers)
      .map((customerId) => ({ messageId, customerId }))
  })
}
