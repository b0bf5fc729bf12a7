import type { Conversation } from '../../model/records.js'
import type { CustomerTarget, Scoped } from '../../store/adapter.js'
import { inSession, type MongoContext } from '../context.js'
import { canonicalContactInbox, targetFilter } from '../find-target.js'
import { hostConversationOf } from '../host-conversation.js'
import { withoutOperations } from '../projections.js'

/**
 * Finds a customer's active conversation with one command, or with up to two more if there is none under this id. With
 * `status: 'any'` it finds the latest conversation with two commands. Null if there is none.
 */
export async function findByOaAndCustomer(
  context: MongoContext,
  { accountId, oaId, customerId, status }: Scoped & CustomerTarget & { readonly status: 'active' | 'any' },
): Promise<Conversation | null> {
  const customer = { oaId, customerId }
  const options = { ...inSession(context), ...withoutOperations }
  const { conversations } = context.collections
  if (status === 'active') {
    const doc = await conversations.findOne(targetFilter(accountId, customer), options)
    if (doc) return hostConversationOf(context, accountId, doc)
  }
  const canonical = await canonicalContactInbox(context, accountId, customer)
  if (canonical === null || (status === 'active' && !canonical.isAlias)) return null
  const filter = { accountId, contact_inbox_id: canonical.id, ...(status === 'active' ? { active: true } : {}) }
  const doc = await conversations.findOne(filter, { ...options, sort: { created_at: -1, _id: -1 } })
  return hostConversationOf(context, accountId, doc)
}
