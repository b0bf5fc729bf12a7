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

for await (const { id, customerId } of acme.listConversations({ status: 'active' })) {
  // The thread as a person reads it: what was said last comes first.
  const { items: thread } = await acme.listMessages({
    conversationId: id,
    order: 'newest',
    limit: 20,
  })
  // What arrived since a program looked last.
  const { items: arrived } = await acme.listMessages({ conversationId: id, afterSeq: 1 })
  console.log(customerId, thread.length, arrived.length) // kim 1 0

  const shown = thread[0]
  if (shown) await acme.markRead({ conversationId: id, upToTime: shown.occurredAt })
}

const { conversation } = await acme.markUnread({ oaId: 'shop', customerId: 'lan' })
console.log(conversation.unreadCount, conversation.version) // 1 2
