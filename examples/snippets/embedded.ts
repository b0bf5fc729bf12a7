import { createConversationStore } from 'conversation-store'

const store = createConversationStore({ url: 'pglite:./conversations' }) // a PostgreSQL in this process; it needs @electric-sql/pglite
await store.migrate()
const { outcome } = await store.forAccount('acme').upsertConversation({ oaId: 'shop', customerId: 'lan' })
console.log(outcome) // created; unchanged when it runs again
await store.close()
