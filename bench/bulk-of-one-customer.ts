import { createConversationStore } from 'conversation-store'
import { postgres } from 'conversation-store/postgres'
import { Pool } from 'pg'
import { startEmbeddedPostgres } from '../test/servers/postgres.js'
import { installedPackage } from '../test/servers/postgres-binaries.js'

const items = 1_000
const text = 'x'.repeat(15_000)

/** Prints how long a bulk of 1,000 messages takes, all of one customer or each of another one. */
async function measure(server: string): Promise<void> {
  const pool = new Pool({ connectionString: server })
  const store = createConversationStore({ adapter: postgres({ pool, schema: 'bulk_of_one_customer' }) })
  await store.migrate()
  const acme = store.forAccount('acme')
  let sent = 0
  for (const [title, customerOf] of [
    ['one customer', () => 'lan'],
    ['different customers', (n: number) => `customer ${n}`],
  ] as const) {
    for (const turn of ['first', 'second', 'third']) {
      const conversations = Array.from({ length: items }, (_, n) => {
        const event = { type: 'message', messageId: `m${++sent}`, text } as const
        return { oaId: 'page', customerId: customerOf(n), events: [event] }
      })
      const start = performance.now()
      await acme.bulkUpsertConversationsWithEvents({ conversations })
      console.log(`${items} items of 15 KB, ${title}, ${turn} call: ${((performance.now() - start) / 1_000).toFixed(2)} s`)
    }
  }
  await pool.end()
}

const given = process.env.BENCH_POSTGRES_URL
const server = given ? { url: given, stop: async () => {} } : await startEmbeddedPostgres('bench-postgres', installedPackage(), {})
try {
  await measure(server.url)
} finally {
  await server.stop()
}
