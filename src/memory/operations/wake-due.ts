import { compareBytes } from '../../model/planning/byte-order.js'
import { planChange, woken } from '../../model/planning/change-conversation.js'
import { rememberedOperation } from '../../model/planning/operations.js'
import { conversationOf } from '../../model/planning/people.js'
import type { ConversationRow } from '../../model/planning/rows.js'
import type { Conversation } from '../../model/records.js'
import type { WriteStamp } from '../../store/adapter.js'
import { written } from '../change.js'
import type { MemoryDatabase } from '../database.js'
import { stampOf } from '../write-stamp.js'

/**
 * Opens snoozed conversations whose time has come, the one that has been due longest first. A call that is sent again
 * returns the conversations that it opened the first time.
 */
export function wakeDue(database: MemoryDatabase, input: WriteStamp & { readonly limit: number }): readonly Conversation[] {
  const account = database.account(input.accountId)
  return account.write(() => {
    const stamp = stampOf(input)
    if (stamp.resentAfter !== null) {
      const before = [...account.conversations.rows.values()].filter((row) => rememberedOperation(row, stamp.operationId) !== null)
      if (before.length > 0) return before.sort(byStatusChange).map((row) => conversationOf(account.world, row))
    }
    const due = account.conversations.snoozed().filter((row) => dueAt(row) <= stamp.now.getTime())
    return due
      .sort((a, b) => dueAt(a) - dueAt(b) || compareBytes(a.id, b.id))
      .slice(0, input.limit)
      .map((row) => written(account, planChange(row, stamp, null, woken)).conversation)
  })
}

function dueAt({ snoozedUntil }: ConversationRow): number {
  return snoozedUntil?.getTime() ?? Number.POSITIVE_INFINITY
}

function byStatusChange(a: ConversationRow, b: ConversationRow): number {
  return a.statusChangedAt.getTime() - b.statusChangedAt.getTime() || compareBytes(a.id, b.id)
}
