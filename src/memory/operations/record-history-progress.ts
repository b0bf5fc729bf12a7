import { ConversationStoreError } from '../../model/errors.js'
import type { Inbox } from '../../model/inboxes.js'
import { progressedInbox } from '../../model/planning/change-inbox.js'
import { toInbox } from '../../model/planning/to-records.js'
import type { RecordHistoryProgress } from '../../store/adapter.js'
import type { MemoryDatabase } from '../database.js'
import { stampOf } from '../write-stamp.js'

/** Keeps how far the channel is with an inbox's history. Nothing moves back. Throws NOT_FOUND. */
export function recordHistoryProgress(database: MemoryDatabase, input: RecordHistoryProgress): Inbox {
  const account = database.account(input.accountId)
  return account.write(() => {
    const row = account.people.inboxes.get(input.oaId)
    if (row === undefined) throw new ConversationStoreError('NOT_FOUND', { what: 'inbox' })
    const next = progressedInbox(row, stampOf(input), input)
    if (next !== row) account.people.putInbox(next)
    return toInbox(next)
  })
}
