import { everyStatus } from '../model/every-status.js'
import type { ConversationMatch, Scoped } from '../store/adapter.js'
import { contactIds } from './contact-filter.js'
import { inSession, type MongoContext } from './context.js'
import type { Doc } from './driver.js'

/** The filter of a list or a count. A filter by customer costs two reads of the contact inboxes. */
export async function conversationFilter(context: MongoContext, match: Scoped & ConversationMatch): Promise<Doc> {
  const { accountId, oaId, customerId, contactId, chatbotId, unread, updatedSince } = match
  // The index of unread conversations is in order within each status, so the server has to be told of all of them.
  const statuses = match.statuses ?? (unread === true ? everyStatus : null)
  return {
    accountId,
    ...(statuses === null ? {} : { status: { $in: statuses } }),
    ...(oaId === null ? {} : { oa_id: oaId }),
    ...(customerId === null ? {} : { contact_inbox_id: { $in: await contactInboxIds(context, match, customerId) } }),
    ...(contactId === null ? {} : { contact_id: { $in: await contactIds(context, accountId, contactId) } }),
    ...(chatbotId === null ? {} : { chatbot_id: chatbotId }),
    ...(unread === null ? {} : { unread_count: unread ? { $gt: 0 } : 0 }),
    ...(updatedSince === null ? {} : { updated_at: { $gte: updatedSince } }),
  }
}

/**
 * Returns the ids of the customer, of the customer it is an alias of, and of all aliases, because each may have had
 * conversations of its own before they were joined.
 */
async function contactInboxIds(context: MongoContext, { accountId, oaId }: Scoped & ConversationMatch, customerId: string) {
  const { contact_inboxes: contactInboxes } = context.collections
  const options = { ...inSession(context), projection: { canonical_id: 1 } }
  const named = { accountId, customer_id: customerId, ...(oaId === null ? {} : { oa_id: oaId }) }
  const canonicalIds = (await contactInboxes.find(named, options).toArray()).map(({ _id, canonical_id }) => canonical_id ?? _id)
  const aliases = await contactInboxes.find({ accountId, canonical_id: { $in: canonicalIds } }, options).toArray()
  return [...canonicalIds, ...aliases.map(({ _id }) => _id)]
}
