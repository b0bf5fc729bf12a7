import type { ConversationMatch, Scoped } from '../../store/adapter.js'
import { inSession, type MongoContext } from '../context.js'
import { conversationFilter } from '../conversation-filter.js'

export async function countConversations(context: MongoContext, input: Scoped & ConversationMatch): Promise<number> {
  return context.collections.conversations.countDocuments(await conversationFilter(context, input), inSession(context))
}
