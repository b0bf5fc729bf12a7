import { ConversationStoreError } from '../../model/errors.js'
import { connectedInbox } from '../../model/planning/change-inbox.js'
import { toInbox } from '../../model/planning/to-records.js'
import type { Inbox } from '../../model/records.js'
import type { ConnectInbox } from '../../store/adapter.js'
import { inSession, type MongoContext } from '../context.js'
import { ownerKey } from '../documents/inboxes.js'
import { changeInbox } from '../inbox-rows.js'
import { inTransaction } from '../transaction.js'
import { isDuplicateKey } from '../translate-error.js'

/**
 * Connects an inbox, or patches the connected one, and makes the account the owner of the channel identity. One
 * document per identity decides which account that is. The writes are one transaction. On a server without transactions
 * the owner is written first, so that the next call completes what a crash in between left undone. Throws
 * INBOX_ALREADY_CONNECTED, INBOX_CHANNEL_MISMATCH.
 */
export async function connectInbox(context: MongoContext, input: ConnectInbox): Promise<Inbox> {
  const { transactions } = await context.deployment()
  if (!transactions) return connect(context, input, true)
  return inTransaction(context, (inner) => connect(inner, input, false))
}

async function connect(context: MongoContext, input: ConnectInbox, mayBeIncomplete: boolean): Promise<Inbox> {
  const row = await changeInbox(context, input, async (before, stamp) => {
    const next = connectedInbox(before, stamp, input)
    if (next !== before || mayBeIncomplete) await own(context, input, next.id)
    return next
  })
  return toInbox(row)
}

async function own(context: MongoContext, { accountId, channel, oaId }: ConnectInbox, inboxId: string): Promise<void> {
  const { inbox_owners } = context.collections
  const _id = ownerKey({ channel, oaId })
  const taken = () => new ConversationStoreError('INBOX_ALREADY_CONNECTED', { channel, oaId })
  if (context.session !== null) {
    // A read comes first, because a refused insert would end the transaction, which may be the host's.
    const owner = await inbox_owners.findOne({ _id }, inSession(context))
    if (owner !== null && owner.accountId !== accountId) throw taken()
  }
  try {
    // Another account's document does not match the filter, and its key then makes the insert fail.
    await inbox_owners.updateOne({ _id, accountId }, { $set: { inbox_id: inboxId } }, { ...inSession(context), upsert: true })
  } catch (error) {
    if (context.session === null && isDuplicateKey(error)) throw taken()
    throw error
  }
}
