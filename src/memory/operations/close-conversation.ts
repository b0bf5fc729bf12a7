import { closed } from '../../model/planning/change-conversation.js'
import type { Change, ChangeStatus } from '../../store/adapter.js'
import { changeConversation } from '../change.js'
import type { MemoryDatabase } from '../database.js'

export function closeConversation(database: MemoryDatabase, input: ChangeStatus): Change {
  return changeConversation(database, input, closed)
}
