import { createConversationStore } from 'conversation-store'
import { memory } from 'conversation-store/memory'

const store = createConversationStore({ adapter: memory() })
await store.migrate()
const acme = store.forAccount('acme')
const phone = { id: '84901234567', kind: 'phone' }
const user = { id: 'VN.1002', kind: 'user_id' }

/** Writes what came from one of the ids, together with all ids by which its body names the sender. */
const write = (from: typeof phone, identities: (typeof phone)[], messageId: string) =>
  acme.upsertConversationWithEvents({
    oaId: 'shop',
    customerId: from.id,
    identities,
    events: [{ type: 'message', messageId, text: 'Hi' }],
  })
await write(phone, [phone], 'm_1')
await write(phone, [phone, user], 'm_2') // this body has both: one person
const { conversation } = await write(user, [user], 'm_3')
console.log(conversation?.unreadCount, conversation?.recipientId) // 3 84901234567

// The channel tells of a new number. The old one still finds what was said under it.
const current = { id: '84907654321', kind: 'phone' }
await acme.upsertConversationWithEvents({
  oaId: 'shop',
  customerId: phone.id,
  events: [{ type: 'identity_change', previous: [phone], current: [current] }],
})
const found = await acme.findByOaAndCustomer({ oaId: 'shop', customerId: phone.id })
console.log(found?.recipientId, found?.identities.length) // 84907654321 3
