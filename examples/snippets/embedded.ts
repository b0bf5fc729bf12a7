import { createConversationStore } from 'conversation-store'

// A PostgreSQL inside this process. It needs the package @electric-sql/pglite.
const store = createConversationStore({ url: 'pglite:./conversations' })
await store.migrate()
const { outcome } = await store
  .forAccount('acme')
  .upsertConversation({ oaId: 'shop', customerId: 'lan' })
console.log(outcome) // created; unchanged when it runs again
await store.close()
