import { ConversationStoreError } from '../../model/errors.js'
import type { Inbox } from '../../model/inboxes.js'
import { progressedInbox } from '../../model/planning/change-inbox.js'
import { toInbox } from '../../model/planning/to-records.js'
import type { RecordHistoryProgress } from '../../store/adapter.js'
import type { MongoContext } from '../context.js'
import { needsTransactions } from '../deployment.js'
import { changeInbox } from '../inbox-rows.js'
import { inTransaction } from '../transaction.js'

/**
 * Keeps how far the channel is with an inbox's history. Nothing moves back. It is a transaction, because what is stored
 * decides what moves. Throws NOT_FOUND, and UNSUPPORTED on a server without transactions, where no inbox is connected.
 */
export async function recordHistoryProgress(context: MongoContext, input: RecordHistoryProgress): Promise<Inbox> {
  const { transactions } = await context.deployment()
  if (!transactions) throw needsTransactions('recordHistoryProgress')
  return inTransaction(context, async (inner) => {
    const row = await changeInbox(inner, input, async (before, stamp) => {
      if (before === null) throw new ConversationStoreError('NOT_FOUND', { what: 'inbox' })
      return progressedInbox(before, stamp, input)
    })
    return toInbox(row)
  })
}
