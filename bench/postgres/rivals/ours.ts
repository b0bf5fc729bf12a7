import { type AccountConversations, type Conversation, createConversationStore, type EventInput } from 'conversation-store'
import { postgres } from 'conversation-store/postgres'
import type { Pool } from 'pg'
import { account, inbox } from '../customers.js'
import type { NewMessage } from '../new-messages.js'
import type { BulkRival, MessagesRival, UpsertRival, Written } from './rival.js'

/** The library over a pool, as a host uses it. */
export function ourConversations(pool: Pool, schema = 'ours'): AccountConversations {
  return createConversationStore({ adapter: postgres({ pool, schema }) }).forAccount(account)
}

export function ours(conversations: AccountConversations): UpsertRival & MessagesRival & BulkRival {
  const { oaId } = inbox
  return {
    async upsert(customerId, nickname) {
      const { conversation } = await conversations.upsertConversation({ oaId, customerId, nickname })
      return written(conversation)
    },
    async store(customerId, messages) {
      const result = await conversations.upsertConversationWithEvents({ oaId, customerId, events: messages.map(messageEvent) })
      return { ...written(result.conversation), stored: storedOf(result.events) }
    },
    async storeAll(deliveries) {
      const results = await conversations.bulkUpsertConversationsWithEvents({
        conversations: deliveries.map(({ customerId, messages }) => ({ oaId, customerId, events: messages.map(messageEvent) })),
      })
      return results.map((result) => {
        if (!result.ok) throw result.error
        return { ...written(result.conversation), stored: storedOf(result.events) }
      })
    },
  }
}

function messageEvent({ messageId, text, occurredAt }: NewMessage): EventInput {
  return { type: 'message', messageId, text, occurredAt }
}

function storedOf(events: readonly { readonly outcome: string }[]): number {
  return events.filter(({ outcome }) => outcome === 'stored').length
}

function written(conversation: Conversation | null): Written {
  if (conversation === null) throw new TypeError('a message opens a conversation')
  const { version, nickname, lastSeq } = conversation
  return { version, nickname, lastSeq }
}
