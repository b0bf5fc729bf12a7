import { ConversationStoreError } from '../../model/errors.js'
import type { Inbox } from '../../model/inboxes.js'
import { disconnectedInbox } from '../../model/planning/change-inbox.js'
import { toInbox } from '../../model/planning/to-records.js'
import type { WriteStamp } from '../../store/adapter.js'
import type { MemoryDatabase } from '../database.js'
import { stampOf } from '../write-stamp.js'

/** Gives up the channel identity. What was stored under it stays. Throws NOT_FOUND. */
export function disconnectInbox(database: MemoryDatabase, input: WriteStamp & { readonly oaId: string }): Inbox {
  const account = database.account(input.accountId)
  return account.write(() => {
    const row = account.people.inboxes.get(input.oaId)
    if (row === undefined) throw new ConversationStoreError('NOT_FOUND', { what: 'inbox' })
    const next = disconnectedInbox(row, stampOf(input))
    if (next === row) return toInbox(row)
    account.people.putInbox(next)
    database.deleteOwner(row.channel, row.oaId)
    return toInbox(next)
  })
}
