import type { ConversationMatch, Scoped } from '../store/adapter.js'
import { forRead, type MongoContext } from './context.js'
import type { Doc } from './driver.js'

/** The filter of a list or a count. A customer costs a look at the contact inboxes: an alias counts as the customer it stands for. */
export async function conversationFilter(context: MongoContext, match: Scoped & ConversationMatch): Promise<Doc> {
  const { accountId, statuses, oaId, customerId, contactId, chatbotId, unread, updatedSince } = match
  return {
    accountId,
    ...(statuses === null ? {} : { status: { $in: statuses } }),
    ...(oaId === null ? {} : { oa_id: oaId }),
    ...(customerId === null ? {} : { contact_inbox_id: { $in: await canonicalIds(context, match, customerId) } }),
    ...(contactId === null ? {} : { contact_id: contactId }),
    ...(chatbotId === null ? {} : { chatbot_id: chatbotId }),
    ...(unread === null ? {} : { unread_count: unread ? { $gt: 0 } : 0 }),
    ...(updatedSince === null ? {} : { updated_at: { $gte: updatedSince } }),
  }
}

async function canonicalIds(context: MongoContext, { accountId, oaId, signal }: Scoped & ConversationMatch, customerId: string) {
  const filter = { accountId, customer_id: customerId, ...(oaId === null ? {} : { oa_id: oaId }) }
  const options = { ...forRead(context, signal), projection: { canonical_id: 1 } }
  const documents = await context.collections.contact_inboxes.find(filter, options).toArray()
  return documents.map(({ _id, canonical_id }) => canonical_id ?? _id)
}
