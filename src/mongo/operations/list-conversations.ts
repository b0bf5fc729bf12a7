import type { Conversation } from '../../model/records.js'
import type { ListConversations } from '../../store/adapter.js'
import { type AdapterPage, pageOf } from '../../store/adapter-page.js'
import { inSession, type MongoContext } from '../context.js'
import { conversationFilter } from '../conversation-filter.js'
import type { Doc } from '../driver.js'
import { hostConversations } from '../host-conversation.js'
import { conversationFields } from '../projections.js'

/** Lists the conversations with the latest activity first. Of two with the same time, the greater id comes first. */
export async function listConversations(context: MongoContext, input: ListConversations): Promise<AdapterPage<Conversation>> {
  const { limit, after } = input
  const filter = { ...(await conversationFilter(context, input)), ...afterKeys(after) }
  const options = {
    ...inSession(context),
    projection: conversationFields,
    sort: { last_activity_at: -1, _id: -1 },
    limit: limit + 1,
    batchSize: limit + 1,
  }
  const documents = await context.collections.conversations.find(filter, options).toArray()
  const conversations = await hostConversations(context, input.accountId, documents)
  return pageOf(conversations, limit, (conversation) => conversation)
}

/** The range at the top bounds the index scan. An `$or` at the top would make a plan for each of its branches. */
function afterKeys(after: ListConversations['after']): Doc {
  if (after === null) return {}
  const [milliseconds, id] = after
  const at = new Date(Number(milliseconds))
  return { last_activity_at: { $lte: at }, $or: [{ last_activity_at: { $lt: at } }, { _id: { $lt: String(id) } }] }
}
