import { createConversationStore, isConversationStoreError } from 'conversation-store'
import { memory } from 'conversation-store/memory'

const store = createConversationStore({ adapter: memory() })
await store.migrate()
const acme = store.forAccount('acme')
const { conversation } = await acme.upsertConversation({ oaId: 'shop', customerId: 'lan' })
await acme.updateNickname({ conversationId: conversation.id, nickname: 'Lan' }) // somebody else was faster

try {
  await acme.closeConversation({
    conversationId: conversation.id,
    expectedVersion: conversation.version,
  })
} catch (error) {
  if (!isConversationStoreError(error)) throw error
  switch (error.code) {
    case 'VERSION_CONFLICT': // the code narrows the details
      console.log(error.details.expected, error.details.actual) // 0 1
      break
    default:
      throw error
  }
}
