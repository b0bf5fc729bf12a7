import { keptContact } from '../model/planning/people.js'
import type { ConversationRow } from '../model/planning/rows.js'
import type { World } from '../model/planning/world.js'
import type { ConversationMatch } from '../store/adapter.js'
import type { MemoryAccount } from './account.js'
import { canonicalContactInbox } from './targets.js'

export function matchingConversations({ conversations, world }: MemoryAccount, match: ConversationMatch): ConversationRow[] {
  const { statuses, oaId, customerId, contactId, chatbotId, unread, updatedSince } = match
  const leadsTo = (id: string) => keptContact(world, id)?.id ?? id
  return [...conversations.rows.values()].filter(
    (row) =>
      (statuses === null || statuses.includes(row.status)) &&
      (oaId === null || row.oaId === oaId) &&
      (customerId === null || isCustomers(world, row, customerId)) &&
      (contactId === null || leadsTo(row.contactId) === leadsTo(contactId)) &&
      (chatbotId === null || row.chatbotId === chatbotId) &&
      (unread === null || row.unreadCount > 0 === unread) &&
      (updatedSince === null || row.updatedAt.getTime() >= updatedSince.getTime()),
  )
}

/**
 * Whether a conversation is the customer's. An alias and the customer it stands for count as one, including what each
 * of them had before. This is decided in each inbox by itself.
 */
function isCustomers(world: World, { oaId, contactInboxId }: ConversationRow, customerId: string): boolean {
  const canonical = canonicalContactInbox(world, { oaId, customerId })
  if (canonical === null) return false
  return canonical.id === contactInboxId || world.aliasesOf(canonical.id).some(({ id }) => id === contactInboxId)
}
