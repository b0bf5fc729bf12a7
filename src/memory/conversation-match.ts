import type { ConversationRow } from '../model/planning/rows.js'
import type { ConversationMatch } from '../store/adapter.js'
import type { MemoryAccount } from './account.js'
import { canonicalContactInbox } from './targets.js'

export function matchingConversations({ conversations, world }: MemoryAccount, match: ConversationMatch): ConversationRow[] {
  const { statuses, oaId, customerId, contactId, chatbotId, unread, updatedSince } = match
  return [...conversations.rows.values()].filter(
    (row) =>
      (statuses === null || statuses.includes(row.status)) &&
      (oaId === null || row.oaId === oaId) &&
      // An alias counts as the customer it stands for, in each inbox for itself.
      (customerId === null || row.contactInboxId === canonicalContactInbox(world, { oaId: row.oaId, customerId })?.id) &&
      (contactId === null || row.contactId === contactId) &&
      (chatbotId === null || row.chatbotId === chatbotId) &&
      (unread === null || row.unreadCount > 0 === unread) &&
      (updatedSince === null || row.updatedAt.getTime() >= updatedSince.getTime()),
  )
}
