import { ConversationStoreError } from '../../model/errors.js'
import type { UpsertConversations, UpsertItem, UpsertResult } from '../../store/adapter.js'
import type { MongoContext } from '../context.js'
import { needsTransactions } from '../deployment.js'
import { patchActive } from '../upsert/patch-active.js'
import { queueCall } from '../upsert/upsert-queue.js'

/**
 * Writes items in order. When `atomic`, either all of them are written or none. A patch of a customer's active
 * conversation is one command that bypasses the queue. Every other call waits for its turn in the queue, and then runs
 * in one transaction with the calls that waited for the same conversations.
 */
export async function upsertConversations(context: MongoContext, input: UpsertConversations): Promise<readonly UpsertResult[]> {
  const { items, atomic, firstSentAt } = input
  const { transactions } = await context.deployment()
  if (!transactions) refuseWithoutTransactions(input)

  const [only] = items
  if (only && items.length === 1 && firstSentAt === null && (!transactions || !namesContact(only))) {
    const result = await patchActive(context, input, only)
    if (result) return atomic ? [orThrow(result)] : [result]
  }
  return queueCall(context, input)
}

/**
 * With transactions, a contact gets its name in the same transaction as the conversation, so one command is not enough.
 */
function namesContact({ patch }: UpsertItem): boolean {
  return typeof patch.customerName === 'string'
}

function orThrow(result: UpsertResult): UpsertResult {
  if (!result.ok) throw new ConversationStoreError(result.failure.code, result.failure.details)
  return result
}

/**
 * Refuses what several documents decide together: events, items that stand or fall together, and a username, whose
 * match joins two customers while either of them may open a conversation.
 */
function refuseWithoutTransactions({ items, atomic }: UpsertConversations): void {
  if (items.some(({ events }) => events.length > 0)) throw needsTransactions('a call with events')
  if (items.some(({ usernameKey }) => usernameKey !== null)) throw needsTransactions('matchUsername')
  if (atomic && items.length > 1) throw needsTransactions('a bulk call that is all or nothing', '{ atomic: false }')
}
