import { isChatScoped } from '../../model/channels.js'
import { limits } from '../../model/limits.js'
import { compareBytes } from '../../model/planning/byte-order.js'
import type { FindReceivers, Receiver } from '../../store/adapter.js'
import { inSession, type MongoContext } from '../context.js'
import { needsTransactions } from '../deployment.js'
import { text } from '../documents/fields.js'
import type { Doc } from '../driver.js'

/**
 * The people of an inbox to whom replies with these ids were sent, by three commands at most. Throws UNSUPPORTED on a
 * standalone server, which has no messages.
 */
export async function findReceivers(context: MongoContext, { accountId, oaId, messageIds }: FindReceivers): Promise<readonly Receiver[]> {
  if (!(await context.deployment()).transactions) throw needsTransactions('applyReceipt')
  const { messages, contact_inboxes: contactInboxes } = context.collections
  const pipeline = [
    { $match: { accountId, message_id: { $in: [...messageIds] }, direction: 'outbound' } },
    { $group: { _id: { message: '$message_id', scope: '$contact_inbox_id' } } },
  ]
  const replies = (await messages.aggregate(pipeline, inSession(context)).toArray()).map(({ _id }) => _id as Doc)
  const find = async (ids: readonly unknown[]) => {
    const projection = { canonical_id: 1, channel: 1, customer_id: 1, oa_id: 1 }
    const filter = { accountId, _id: { $in: [...new Set(ids)] } }
    return ids.length === 0 ? [] : contactInboxes.find(filter, { ...inSession(context), projection }).toArray()
  }
  const scopes = await find(replies.map(({ scope }) => scope))
  const heads = await find(scopes.flatMap(({ canonical_id }) => canonical_id ?? []))
  const known = new Map([...scopes, ...heads].map((row) => [row._id, row]))
  const customerOf = (scope: unknown) => {
    const own = known.get(scope)
    const head = known.get(own?.canonical_id ?? scope)
    const row = head !== undefined && isChatScoped(text(head.channel)) ? own : head
    return row?.oa_id === oaId ? text(row.customer_id) : []
  }
  return [...messageIds].sort(compareBytes).flatMap((messageId) => {
    const ids = new Set(replies.filter(({ message }) => message === messageId).flatMap(({ scope }) => customerOf(scope)))
    return [...ids]
      .sort(compareBytes)
      .slice(0, limits.receivers)
      .map((customerId) => ({ messageId, customerId }))
  })
}
