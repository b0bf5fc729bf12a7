import { ConversationStoreError } from '../../model/errors.js'
import type { Inbox } from '../../model/inboxes.js'
import { connectedInbox } from '../../model/planning/change-inbox.js'
import { toInbox } from '../../model/planning/to-records.js'
import type { ConnectInbox } from '../../store/adapter.js'
import { inSession, type MongoContext } from '../context.js'
import { needsTransactions } from '../deployment.js'
import { ownerKey } from '../documents/inboxes.js'
import { changeInbox } from '../inbox-rows.js'
import { inTransaction } from '../transaction.js'

/**
 * Connects an inbox, or patches the connected one, and makes the account the owner of the channel identity. One
 * document per identity decides which account that is. The writes are one transaction, because otherwise a
 * disconnection at the same time could leave a connected inbox without an owner. Throws INBOX_ALREADY_CONNECTED,
 * INBOX_CHANNEL_MISMATCH, and UNSUPPORTED on a server without transactions.
 */
export async function connectInbox(context: MongoContext, input: ConnectInbox): Promise<Inbox> {
  const { transactions } = await context.deployment()
  if (!transactions) throw needsTransactions('connectInbox')
  return inTransaction(context, async (inner) => {
    const row = await changeInbox(inner, input, async (before, stamp) => {
      const next = connectedInbox(before, stamp, input)
      if (next !== before) await own(inner, input, next.id)
      return next
    })
    return toInbox(row)
  })
}

async function own(context: MongoContext, { accountId, channel, oaId }: ConnectInbox, inboxId: string): Promise<void> {
  const { inbox_owners } = context.collections
  const _id = ownerKey({ channel, oaId })
  // A read comes first, because a refused insert would end the transaction, which may be the host's.
  const owner = await inbox_owners.findOne({ _id }, inSession(context))
  if (owner !== null && owner.accountId !== accountId) throw new ConversationStoreError('INBOX_ALREADY_CONNECTED', { channel, oaId })
  // Another account's document does not match the filter, and its key then makes the insert fail.
  await inbox_owners.updateOne({ _id, accountId }, { $set: { inbox_id: inboxId } }, { ...inSession(context), upsert: true })
}
