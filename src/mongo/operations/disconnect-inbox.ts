import { ConversationStoreError } from '../../model/errors.js'
import type { Inbox } from '../../model/inboxes.js'
import { disconnectedInbox } from '../../model/planning/change-inbox.js'
import { toInbox } from '../../model/planning/to-records.js'
import type { WriteStamp } from '../../store/adapter.js'
import { inSession, type MongoContext } from '../context.js'
import { needsTransactions } from '../deployment.js'
import { ownerKey } from '../documents/inboxes.js'
import { changeInbox } from '../inbox-rows.js'
import { inTransaction } from '../transaction.js'

type DisconnectInbox = WriteStamp & { readonly oaId: string }

/**
 * Gives up the channel identity. What was stored under it stays. The writes are one transaction. Throws NOT_FOUND, and
 * UNSUPPORTED on a server without transactions.
 */
export async function disconnectInbox(context: MongoContext, input: DisconnectInbox): Promise<Inbox> {
  const { transactions } = await context.deployment()
  if (!transactions) throw needsTransactions('disconnectInbox')
  return inTransaction(context, async (inner) => {
    const row = await changeInbox(inner, input, async (before, stamp) => {
      if (before === null) throw new ConversationStoreError('NOT_FOUND', { what: 'inbox' })
      const next = disconnectedInbox(before, stamp)
      if (next !== before) {
        await inner.collections.inbox_owners.deleteOne({ _id: ownerKey(before), accountId: before.accountId }, inSession(inner))
      }
      return next
    })
    return toInbox(row)
  })
}
