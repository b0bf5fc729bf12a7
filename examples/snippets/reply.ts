import { createConversationStore } from 'conversation-store'
import { memory } from 'conversation-store/memory'

/** Your call to the channel; it answers with the id that the message has there. */
async function sendToChannel(_text: string): Promise<{ messageId: string }> {
  return { messageId: 'm_2' }
}

const store = createConversationStore({ adapter: memory() })
await store.migrate()
const acme = store.forAccount('acme')
const customer = { oaId: '104502211834771', customerId: '6048213377712345' }
await acme.upsertConversationWithEvents({
  ...customer,
  events: [{ type: 'message', messageId: 'm_1', text: 'Còn hàng không ạ?' }],
})

const reply = { localId: crypto.randomUUID(), text: 'Dạ còn ạ' } // your own id, before the channel has given one
const sender = { id: 'agent-7', type: 'agent' } as const
await acme.upsertConversationWithEvents({
  ...customer,
  events: [{ type: 'message', direction: 'outbound', sender, ...reply }],
})

const { messageId } = await sendToChannel(reply.text)
await acme.upsertConversationWithEvents({
  ...customer,
  events: [{ type: 'message_sent', localId: reply.localId, messageId }],
})

const message = await acme.findMessage({ ...customer, messageId })
console.log(message?.seq, message?.status, message?.localId === reply.localId) // 2 sent true
