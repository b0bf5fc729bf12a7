import { createConversationStore } from 'conversation-store'
import { mongo } from 'conversation-store/mongo'
import { MongoClient } from 'mongodb'

const client = new MongoClient(
  process.env.MONGODB_URI ?? 'mongodb://localhost:27017/chat?replicaSet=rs0',
)
const store = createConversationStore({ adapter: mongo({ client, db: client.db().databaseName }) })
await store.migrate()

const customer = { oaId: 'shop', customerId: 'lan' }
const { outcome } = await store.forAccount('acme').upsertConversationWithEvents({
  ...customer,
  events: [{ type: 'message', messageId: 'm_1', text: 'Hi' }],
})
console.log(outcome) // created; duplicate when it runs again

await client.withSession((session) =>
  session.withTransaction(async () => {
    // What you write with the same session is committed together with this.
    await store.using(session).forAccount('acme').markRead(customer)
  }),
)

await store.close() // ends what the store opened: not your client
await client.close()
