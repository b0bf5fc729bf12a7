import type { Conversation } from '../../model/records.js'
import type { Scoped } from '../../store/adapter.js'
import { inSession, type MongoContext } from '../context.js'
import { hostConversationOf } from '../host-conversation.js'
import { withoutOperations } from '../projections.js'

export async function findConversation(
  context: MongoContext,
  { accountId, conversationId }: Scoped & { readonly conversationId: string },
): Promise<Conversation | null> {
  const options = { ...inSession(context), ...withoutOperations }
  const doc = await context.collections.conversations.findOne({ accountId, _id: conversationId }, options)
  return hostConversationOf(context, accountId, doc)
}
