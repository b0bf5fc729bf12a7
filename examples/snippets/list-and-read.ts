import { createConversationStore } from 'conversation-store'
import { memory } from 'conversation-store/memory'

const store = createConversationStore({ adapter: memory() })
await store.migrate()
const acme = store.forAccount('acme')
for (const customerId of ['lan', 'minh', 'kim']) {
  await acme.upsertConversationWithEvents({
    oaId: 'shop',
    customerId,
    events: [{ type: 'message', messageId: 'm_1', text: 'Hi' }],
  })
}

const unread = { oaId: 'shop', unread: true, limit: 2 }
const page = await acme.listConversations(unread) // last activity first
const next =
  page.nextCursor === null
    ? null
    : await acme.listConversations({ ...unread, cursor: page.nextCursor })
console.log(page.items.length, next?.items.length) // 2 1

for await (const conversation of acme.listConversations({ status: 'active' })) {
  const { items: messages } = await acme.listMessages({
    conversationId: conversation.id,
    order: 'newest',
    limit: 20,
  })
  console.log(conversation.customerId, conversation.lastMessagePreview, messages.length)
}

const { conversation } = await acme.markRead({ oaId: 'shop', customerId: 'lan' })
console.log(conversation.unreadCount, conversation.version) // 0 1
