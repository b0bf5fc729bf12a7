// A host process whose new connections die at the end of their start-up. It prints how its calls ended, and ends well
// unless an `error` event that nobody listens to kills it.
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { createConversationStore, isConversationStoreError } from '../../src/index.js'
import { postgres } from '../../src/postgres/index.js'
import { poisoningProxy } from './poisoning-proxy.js'

const [, , given = '', scenario = ''] = process.argv
const url = new URL(given)
const proxy = await poisoningProxy({ host: url.hostname, port: Number(url.port) })
const pool = new pg.Pool({ connectionString: Object.assign(new URL(given), { port: String(proxy.port), hostname: '127.0.0.1' }).href })
pool.on('error', () => {})
const schema = `dying_${process.pid}`
const store = createConversationStore({ adapter: postgres({ pool, schema }), retry: { attempts: 1 } })
const direct = new pg.Client({ connectionString: given })
await direct.connect()
const codeOf = (call: Promise<unknown>) =>
  call.then(
    () => 'done',
    (error: unknown) => (isConversationStoreError(error) ? error.code : 'raw'),
  )

try {
  if (scenario === 'migrate') proxy.poison(1)
  const migrated = await codeOf(store.migrate())
  if (scenario === 'migrate') console.log(migrated)
  await store.migrate()
  const acme = store.forAccount('acme')
  if (scenario === 'call') {
    await forgetConnections()
    proxy.poison(1)
    console.log(await codeOf(acme.countConversations()))
  }
  if (scenario === 'cancel') {
    await direct.query(`begin; lock table ${schema}.conversations in access exclusive mode`)
    const aborting = new AbortController()
    const reading = codeOf(acme.countConversations({}, { signal: aborting.signal }))
    while (pool.idleCount > 0 || pool.totalCount === 0) await sleep(5)
    await sleep(100)
    proxy.poison(1)
    aborting.abort()
    await sleep(500)
    await direct.query('rollback')
    console.log(await reading)
  }
  // The next call finds the server up again.
  console.log(await codeOf(acme.countConversations()))
} finally {
  await direct.query(`drop schema if exists ${schema} cascade`)
  await direct.end()
  await pool.end()
  await proxy.close()
}

/** Ends the idle connections, so that the next call makes one. */
async function forgetConnections(): Promise<void> {
  const clients = await Promise.all(Array.from({ length: pool.totalCount }, () => pool.connect()))
  for (const client of clients) client.release(true)
}
