import { type PlannedChange, planChange } from '../model/planning/change-conversation.js'
import { conversationOf } from '../model/planning/people.js'
import type { ConversationRow } from '../model/planning/rows.js'
import type { Change, ChangeStatus } from '../store/adapter.js'
import type { MemoryAccount } from './account.js'
import type { MemoryDatabase } from './database.js'
import { targetConversation } from './targets.js'
import { stampOf } from './write-stamp.js'

/** Changes the conversation that the input names. A target by customer names the active one. */
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

/** Stores the planned row if it changed, and returns the host's answer. */
export function written(account: MemoryAccount, { outcome, row, changed }: PlannedChange): Change {
  if (changed) account.conversations.put(row)
  return { outcome, conversation: conversationOf(account.world, row) }
}
