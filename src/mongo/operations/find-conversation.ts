import type { Conversation } from '../../model/records.js'
import type { Scoped } from '../../store/adapter.js'
import { inSession, type MongoContext } from '../context.js'
import { foundConversation } from '../host-conversation.js'
import { withoutOperations } from '../projections.js'

/** Finds a conversation by its id. One command, and two more for one whose customer has several ids. */
export async function findConversation(
  context: MongoContext,
  { accountId, conversationId }: Scoped & { readonly conversationId: string },
): Promise<Conversation | null> {
  const options = { ...inSession(context), ...withoutOperations }
  const { conversations } = context.collections
  return foundConversation(context, accountId, () => conversations.findOne({ accountId, _id: conversationId }, options))
}
