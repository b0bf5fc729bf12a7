import type { ConversationTarget } from '../store/adapter.js'
import { inSession, type MongoContext } from './context.js'
import { targetFilter } from './find-target.js'

/**
 * Begins a transaction with a write to a conversation, by its id or the customer's active one. Where other processes
 * write to the same conversation, a transaction that reads first mostly learns only at its first write that it has
 * lost. After a lost attempt we therefore write first: the transaction either loses at once, or holds the conversation
 * until its commit.
 */
export async function lockEarly(context: MongoContext, accountId: string, target: ConversationTarget): Promise<void> {
  await context.collections.conversations.updateOne(targetFilter(context, accountId, target), { $inc: { lock: 1 } }, inSession(context))
}
