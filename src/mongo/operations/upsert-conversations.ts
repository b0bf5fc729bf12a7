import { ConversationStoreError } from '../../model/errors.js'
import type { UpsertConversations, UpsertItem, UpsertResult } from '../../store/adapter.js'
import type { MongoContext } from '../context.js'
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

function refuseWithoutTransactions({ items, atomic }: UpsertConversations): void {
  const needs = 'a replica set (a single node is enough)'
  if (items.some(({ events }) => events.length > 0))
    throw new ConversationStoreError('UNSUPPORTED', { operation: 'a call with events', needs })
  if (atomic && items.length > 1) {
    throw new ConversationStoreError('UNSUPPORTED', {
      operation: 'a bulk call that is all or nothing',
      needs: `${needs}, or { atomic: false }`,
    })
  }
}
