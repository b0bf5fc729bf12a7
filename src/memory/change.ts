import { type PlannedChange, planChange } from '../model/planning/change-conversation.js'
import type { ConversationRow } from '../model/planning/rows.js'
import { toConversation } from '../model/planning/to-records.js'
import type { Change, ChangeStatus } from '../store/adapter.js'
import type { MemoryAccount } from './account.js'
import type { MemoryDatabase } from './database.js'
import { targetConversation } from './targets.js'
import { stampOf } from './write-stamp.js'

/** Changes the active conversation of a customer, or the named one. */
export function changeConversation(
  database: MemoryDatabase,
  input: ChangeStatus,
  change: (row: ConversationRow, now: Date, account: MemoryAccount) => ConversationRow,
): Change {
  const account = database.account(input.accountId)
  return account.write(() => {
    const stamp = stampOf(input)
    const row = targetConversation(account.world, stamp, input.target, 'active')
    return written(
      account,
      planChange(row, stamp, input.expectedVersion, (current, now) => change(current, now, account)),
    )
  })
}

/** Stores what was planned, and answers with it. */
export function written(account: MemoryAccount, { outcome, row, changed }: PlannedChange): Change {
  if (changed) account.conversations.put(row)
  return { outcome, conversation: toConversation(row) }
}
