import type { TakeFigures } from '../../comparison.js'
import { customerName } from '../customers.js'
import { newMessages } from '../new-messages.js'
import { openSchemas } from '../prepare.js'
import { ourConversations, ours } from '../rivals/ours.js'

const calls = 200
const messages = 5

export const takePostgresRoundTrips: TakeFigures = async ({ postgresUrl }) => {
  const database = await openSchemas(
    { server: postgresUrl, name: 'bench_round_trips', schemas: ['ours'] },
    { customers: calls, withMessages: calls },
  )
  try {
    const pool = database.pool('ours', 1)
    const store = ours(ourConversations(pool))
    const client = await pool.connect()
    client.release()
    let queries = 0
    const query = client.query.bind(client)
    Object.assign(client, {
      query: (...given: Parameters<typeof query>) => {
        queries += 1
        return query(...given)
      },
    })
    for (let n = 1; n <= calls; n += 1) await store.store(customerName(n), newMessages(messages))
    return {
      title: '`upsertConversationWithEvents` with 5 new messages: round trips',
      figures: [
        {
          title: `statements that ${calls} calls sent to PostgreSQL`,
          value: queries,
          unit: 'statements',
          atMost: calls,
          note: 'Counted on the only connection of the pool, where one statement waits for the other. So a call is one round trip.',
        },
      ],
    }
  } finally {
    await database.close()
  }
}
