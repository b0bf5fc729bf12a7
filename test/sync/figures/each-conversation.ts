import type { Conversation } from '../../../src/model/records.js'
import type { AccountConversations } from '../../../src/store/account-conversations.js'
import type { Page } from '../../../src/store/paged-list.js'

/** Looks at every conversation of an account, at twenty at once. */
export async function eachConversation(account: AccountConversations, look: (conversation: Conversation) => Promise<void>): Promise<void> {
  let cursor: string | null = null
  do {
    const { items, nextCursor }: Page<Conversation> = await account.listConversations({ limit: 20, ...(cursor !== null && { cursor }) })
    await Promise.all(items.map(look))
    cursor = nextCursor
  } while (cursor !== null)
}
