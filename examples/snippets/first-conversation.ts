import { createConversationStore } from 'conversation-store'
import { memory } from 'conversation-store/memory'

const store = createConversationStore({ adapter: memory() })
await store.migrate() // explicit, never at import

const acme = store.forAccount('acme') // the only door: no method below can name another account
await acme.connectInbox({ oaId: '104502211834771', channel: 'messenger', name: 'Shop' })

const customer = { oaId: '104502211834771', customerId: '6048213377712345' }
const { outcome, conversation } = await acme.upsertConversationWithEvents({
  ...customer,
  events: [
    { type: 'message', messageId: 'm_1', text: 'Còn hàng không ạ?', occurredAt: new Date() },
  ],
})
console.log(outcome, conversation?.status, conversation?.unreadCount) // created open 1
