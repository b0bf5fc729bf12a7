import { toConversation } from '../../model/planning/to-records.js'
import type { Conversation } from '../../model/records.js'
import type { Scoped } from '../../store/adapter.js'
import type { MemoryDatabase } from '../database.js'

export function findConversation(
  database: MemoryDatabase,
  { accountId, conversationId }: Scoped & { readonly conversationId: string },
): Conversation | null {
  const row = database.account(accountId).world.conversation(conversationId)
  return row && toConversation(row)
}
