import type { Conversation } from '../../model/records.js'
import type { CustomerTarget, Scoped } from '../../store/adapter.js'
import { inSession, type MongoContext } from '../context.js'
import type { Doc } from '../driver.js'
import { canonicalContactInbox, otherFilter, targetFilter } from '../find-target.js'
import { foundConversation } from '../host-conversation.js'
import { noteHeadOf } from '../known-heads.js'
import { withoutOperations } from '../projections.js'

/**
 * Finds a customer's active conversation with one command, or with up to two more if there is none under this id, or
 * under the one that it is known as an alias of. With `status: 'any'` it finds the latest conversation with two
 * commands. Null if there is none. For a customer with several ids it reads their contact inbox, and looks again.
 */
export async function findByOaAndCustomer(
  context: MongoContext,
  { accountId, oaId, customerId, status }: Scoped & CustomerTarget & { readonly status: 'active' | 'any' },
): Promise<Conversation | null> {
  const customer = { oaId, customerId }
  const find = status === 'active' ? findActive : findLatest
  return foundConversation(context, accountId, () => find(context, accountId, customer))
}

async function findActive(context: MongoContext, accountId: string, customer: CustomerTarget): Promise<Doc | null> {
  const options = { ...inSession(context), ...withoutOperations }
  const { conversations } = context.collections
  const found = await conversations.findOne(targetFilter(context, accountId, customer), options)
  if (found) return found
  const filter = await otherFilter(context, accountId, customer)
  const doc = filter && (await conversations.findOne(filter, options))
  if (doc) noteHeadOf(context, accountId, customer, doc)
  return doc
}

async function findLatest(context: MongoContext, accountId: string, customer: CustomerTarget): Promise<Doc | null> {
  const canonical = await canonicalContactInbox(context, accountId, customer)
  if (canonical === null) return null
  const options = { ...inSession(context), ...withoutOperations, sort: { created_at: -1, _id: -1 } }
  return context.collections.conversations.findOne({ accountId, contact_inbox_id: canonical.id }, options)
}
