import { createConversationStore } from 'conversation-store'
import { postgres } from 'conversation-store/postgres'
import pg from 'pg'

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL })
// Without a listener, Node ends the process when an idle connection breaks.
pool.on('error', (error) => console.error('an idle connection broke:', error.message))
const store = createConversationStore({ adapter: postgres({ pool }) })
await store.migrate()

const customer = { oaId: 'shop', customerId: 'lan' }
const { outcome } = await store.forAccount('acme').upsertConversationWithEvents({
  ...customer,
  events: [{ type: 'message', messageId: 'm_1', text: 'Hi' }],
})
console.log(outcome) // created; duplicate when it runs again

const client = await pool.connect()
try {
  await client.query('begin')
  await store.using(client).forAccount('acme').markRead(customer)
  await client.query('commit') // what you wrote in between is there together with it, or neither is
} catch (error) {
  await client.query('rollback')
  throw error
} finally {
  client.release()
}

await store.close() // ends what the store opened: not your pool
await pool.end()
