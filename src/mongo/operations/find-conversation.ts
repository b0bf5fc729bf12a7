import type { Conversation } from '../../model/records.js'
import type { Scoped } from '../../store/adapter.js'
import { inSession, type MongoContext } from '../context.js'
import { conversationOf } from '../documents/conversations.js'
import { withoutOperations } from '../projections.js'

export async function findConversation(
  context: MongoContext,
  { accountId, conversationId }: Scoped & { readonly conversationId: string },
): Promise<Conversation | null> {
  const options = { ...inSession(context), ...withoutOperations }
  const doc = await context.collections.conversations.findOne({ accountId, _id: conversationId }, options)
  return doc && conversationOf(doc)
}
