import { conversationOf } from '../../model/planning/people.js'
import type { Conversation } from '../../model/records.js'
import type { Scoped } from '../../store/adapter.js'
import type { MemoryDatabase } from '../database.js'

export function findConversation(
  database: MemoryDatabase,
  { accountId, conversationId }: Scoped & { readonly conversationId: string },
): Conversation | null {
  const { conversations, world } = database.account(accountId)
  const row = conversations.rows.get(conversationId) ?? null
  return row && conversationOf(world, row)
}
