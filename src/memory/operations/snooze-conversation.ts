import { snoozed } from '../../model/planning/change-conversation.js'
import type { Change, ChangeStatus } from '../../store/adapter.js'
import { changeConversation } from '../change.js'
import type { MemoryDatabase } from '../database.js'

export function snoozeConversation(database: MemoryDatabase, input: ChangeStatus & { readonly until: Date }): Change {
  return changeConversation(database, input, snoozed(new Date(input.until)))
}
