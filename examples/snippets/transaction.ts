import { PGlite } from '@electric-sql/pglite'
import { createConversationStore } from 'conversation-store'
import { postgres } from 'conversation-store/postgres'

const pglite = new PGlite()
const store = createConversationStore({ adapter: postgres({ pool: pglite }) })
await store.migrate()
await pglite.exec('create table orders (id text primary key, conversation_id text not null)')

await pglite.transaction(async (tx) => {
  const acme = store.using(tx).forAccount('acme')
  const { conversation } = await acme.upsertConversation({
    oaId: 'shop',
    customerId: 'lan',
    nickname: 'Lan',
  })
  await tx.query('insert into orders (id, conversation_id) values ($1, $2)', [
    'order-1',
    conversation.id,
  ])
}) // both are there, or neither

const { rows } = await pglite.query('select id from orders')
console.log(rows.length, await store.forAccount('acme').countConversations()) // 1 1
await store.close() // ends what the store opened: not your PGlite
await pglite.close()
