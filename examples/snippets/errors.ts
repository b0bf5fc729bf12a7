import { createConversationStore, isConversationStoreError } from 'conversation-store'
import { memory } from 'conversation-store/memory'

const store = createConversationStore({ adapter: memory() })
await store.migrate()
const acme = store.forAccount('acme')
const { conversation } = await acme.upsertConversation({ oaId: 'shop', customerId: 'lan' })
await acme.updateNickname({ conversationId: conversation.id, nickname: 'Lan' }) // somebody else was faster

// #region errors
try {
  await acme.closeConversation({ conversationId: conversation.id, expectedVersion: conversation.version })
} catch (error) {
  if (!isConversationStoreError(error, 'VERSION_CONFLICT')) throw error
  console.log(error.details.expected, error.details.actual) // 0 1
}
// #endregion
