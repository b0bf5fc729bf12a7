import { conversationOf } from '../../model/planning/people.js'
import type { Conversation } from '../../model/records.js'
import type { CustomerTarget, Scoped } from '../../store/adapter.js'
import type { MemoryDatabase } from '../database.js'
import { canonicalContactInbox } from '../targets.js'

export function findByOaAndCustomer(
  database: MemoryDatabase,
  { accountId, oaId, customerId, status }: Scoped & CustomerTarget & { readonly status: 'active' | 'any' },
): Conversation | null {
  const { world } = database.account(accountId)
  const canonical = canonicalContactInbox(world, { oaId, customerId })
  if (canonical === null) return null
  const row = status === 'active' ? world.activeConversation(canonical.id) : world.latestConversation(canonical.id)
  return row && conversationOf(world, row)
}
