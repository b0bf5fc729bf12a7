import { ConversationStoreError } from '../../model/errors.js'
import type { Inbox } from '../../model/inboxes.js'
import { connectedInbox } from '../../model/planning/change-inbox.js'
import { toInbox } from '../../model/planning/to-records.js'
import type { ConnectInbox } from '../../store/adapter.js'
import type { MemoryDatabase } from '../database.js'
import { stampOf } from '../write-stamp.js'

/**
 * Connects an inbox, or patches the connected one. A channel identity has only one owner in the whole store. Throws
 * INBOX_ALREADY_CONNECTED, INBOX_CHANNEL_MISMATCH.
 */
export function connectInbox(database: MemoryDatabase, input: ConnectInbox): Inbox {
  const { accountId, channel, oaId } = input
  const account = database.account(accountId)
  return account.write(() => {
    const row = account.people.inboxes.get(oaId) ?? null
    const next = connectedInbox(row, stampOf(input), { ...input, patch: structuredClone(input.patch) })
    if (next === row) return toInbox(row)
    const owner = database.owner(channel, oaId)
    if (owner && owner.accountId !== accountId) throw new ConversationStoreError('INBOX_ALREADY_CONNECTED', { channel, oaId })
    account.people.putInbox(next)
    database.putOwner({ accountId, inboxId: next.id, channel, oaId })
    return toInbox(next)
  })
}
