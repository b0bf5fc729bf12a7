import type { ConversationMatch, Scoped } from '../../store/adapter.js'
import { matchingConversations } from '../conversation-match.js'
import type { MemoryDatabase } from '../database.js'

export function countConversations(database: MemoryDatabase, input: Scoped & ConversationMatch): number {
  return matchingConversations(database.account(input.accountId), input).length
}
