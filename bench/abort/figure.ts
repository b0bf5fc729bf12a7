import { setMaxListeners } from 'node:events'
import { createServer, type Server } from 'node:net'
import { MongoClient } from 'mongodb'
import { Pool } from 'pg'
import { type AccountConversations, createConversationStore } from '../../src/index.js'
import { mongo } from '../../src/mongo/index.js'
import { postgres } from '../../src/postgres/index.js'
import type { ConversationAdapter } from '../../src/store/adapter.js'
import { startThrowawayReplicaSet } from '../../test/servers/mongo.js'
import { startEmbeddedPostgres } from '../../test/servers/postgres.js'
import { installedPackage } from '../../test/servers/postgres-binaries.js'

/** Prints how long reads take to end after their signal aborts, in each state that a pool can be in. */
const readsAtOnce = 40
const customer = { oaId: 'page', customerId: 'lan' }

/** How many milliseconds after the reads began their signal aborts. Those of an idle pool are over after 300. */
const whenStuck = 300
const atOnce = 1

async function worstAbort(account: AccountConversations, afterMs = whenStuck): Promise<string> {
  const abort = new AbortController()
  setMaxListeners(0, abort.signal)
  let aborted = 0
  let worst = 0
  let ended = 0
  const reads = Array.from({ length: readsAtOnce }, () =>
    account.findByOaAndCustomer(customer, { signal: abort.signal }).then(
      () => undefined,
      () => {
        ended += 1
        worst = Math.max(worst, performance.now() - aborted)
      },
    ),
  )
  await new Promise((resolve) => setTimeout(resolve, afterMs))
  aborted = performance.now()
  abort.abort()
  await Promise.all(reads)
  return `${worst.toFixed(1)} ms, ${ended} of ${readsAtOnce} reads were cut off`
}

function accountOver(adapter: ConversationAdapter): AccountConversations {
  return createConversationStore({ adapter }).forAccount('acme')
}

async function silentServer(): Promise<{ readonly port: number; readonly server: Server }> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return { port: address.port, server }
}

async function ofPostgres(dead: number): Promise<void> {
  const started = await startEmbeddedPostgres('figure-abort', installedPackage())
  const pool = new Pool({ connectionString: started.url, max: 4 })
  const adapter = postgres({ pool })
  await adapter.migrate()
  const account = accountOver(adapter)
  console.log(`PostgreSQL, idle pool                  ${await worstAbort(account, atOnce)}`)
  const borrowed = await Promise.all(Array.from({ length: 4 }, () => pool.connect()))
  console.log(`PostgreSQL, exhausted pool             ${await worstAbort(account)}`)
  for (const client of borrowed) client.release()
  const holder = new Pool({ connectionString: started.url, max: 1 })
  // The server stops while the last connections are being closed.
  for (const each of [pool, holder]) each.on('error', () => undefined)
  const lock = await holder.connect()
  await lock.query('begin; lock table conversations')
  console.log(`PostgreSQL, statements wait for a lock ${await worstAbort(account)}`)
  await lock.query('rollback')
  lock.release()
  console.log(
    `PostgreSQL, dead host                  ${await worstAbort(accountOver(postgres({ pool: new Pool({ host: '127.0.0.1', port: dead }) })))}`,
  )
  await Promise.all([pool.end(), holder.end()])
  await started.stop()
}

async function ofMongo(dead: number): Promise<void> {
  const started = await startThrowawayReplicaSet(['--setParameter', 'enableTestCommands=1'])
  const client = await new MongoClient(started.url, { maxPoolSize: 4, appName: 'figure' }).connect()
  const observer = await new MongoClient(started.url).connect()
  const adapter = mongo({ client, db: 'figure' })
  await adapter.migrate()
  const account = accountOver(adapter)
  await account.findByOaAndCustomer(customer)
  console.log(`MongoDB, idle pool                     ${await worstAbort(account, atOnce)}`)
  const blocked = { failCommands: ['find'], blockConnection: true, blockTimeMS: 3_000, appName: 'figure' }
  await observer.db('admin').command({ configureFailPoint: 'failCommand', mode: { times: 4 }, data: blocked })
  console.log(`MongoDB, commands run, pool exhausted  ${await worstAbort(account)}`)
  const away = new MongoClient(`mongodb://127.0.0.1:${dead}/?directConnection=true`)
  console.log(`MongoDB, dead host                     ${await worstAbort(accountOver(mongo({ client: away, db: 'figure' })))}`)
  await Promise.all([client.close(), observer.close(), away.close()])
  await started.stop()
}

const { port, server } = await silentServer()
await ofPostgres(port)
await ofMongo(port)
server.close()
process.exit(0)
