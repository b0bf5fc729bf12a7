import { ConversationStoreError } from '../../model/errors.js'
import { disconnectedInbox } from '../../model/planning/change-inbox.js'
import { toInbox } from '../../model/planning/to-records.js'
import type { Inbox } from '../../model/records.js'
import type { WriteStamp } from '../../store/adapter.js'
import { inSession, type MongoContext } from '../context.js'
import { ownerKey } from '../documents/inboxes.js'
import { changeInbox } from '../inbox-rows.js'
import { inTransaction } from '../transaction.js'

type DisconnectInbox = WriteStamp & { readonly oaId: string }

/**
 * Gives up the channel identity. What was stored under it stays. The writes are one transaction. On a server without
 * transactions the owner is deleted first, so that the next call completes what a crash in between left undone. Throws
 * NOT_FOUND.
 */
export async function disconnectInbox(context: MongoContext, input: DisconnectInbox): Promise<Inbox> {
  const { transactions } = await context.deployment()
  if (!transactions) return disconnect(context, input, true)
  return inTransaction(context, (inner) => disconnect(inner, input, false))
}

async function disconnect(context: MongoContext, input: DisconnectInbox, mayBeIncomplete: boolean): Promise<Inbox> {
  const row = await changeInbox(context, input, async (before, stamp) => {
    if (before === null) throw new ConversationStoreError('NOT_FOUND', { what: 'inbox' })
    const next = disconnectedInbox(before, stamp)
    if (next !== before || (mayBeIncomplete && next.status === 'disconnected')) {
      await context.collections.inbox_owners.deleteOne({ _id: ownerKey(before), accountId: before.accountId }, inSession(context))
    }
    return next
  })
  return toInbox(row)
}
