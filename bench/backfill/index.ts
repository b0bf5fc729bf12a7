import { loadavg } from 'node:os'
import { setTimeout } from 'node:timers/promises'
import { backfillAccountIds } from 'conversation-store/adoption'
import { MongoClient } from 'mongodb'
import { Pool } from 'pg'
import { startThrowawayReplicaSet } from '../../test/servers/mongo.js'
import { startEmbeddedPostgres } from '../../test/servers/postgres.js'
import { installedPackage } from '../../test/servers/postgres-binaries.js'
import { liveWriter } from './live-writer.js'

const rows = Number(process.argv[2] ?? 1_000_000)
const rounds = Number(process.argv[3] ?? 3)
const integrations = 200
const aloneMs = 20_000

/** One engine: how its table is filled anew, and the two ways to give each row its account. */
interface Engine {
  readonly name: string
  fill(): Promise<void>
  byHand(): Promise<void>
  backfill(): Promise<number>
  /** A write of the host's own to one of the rows. */
  write(id: number): Promise<unknown>
}

async function onPostgres(pool: Pool): Promise<Engine> {
  await pool.query('create table integrations (oa_id text primary key, account_id text)')
  await pool.query(`insert into integrations select 'page-' || n, 'account-' || n % 20 from generate_series(0, ${integrations - 1}) n`)
  return {
    name: 'PostgreSQL',
    async fill() {
      await pool.query('drop table if exists conversations')
      await pool.query(
        'create table conversations (id bigint primary key, account_id text, oa_id text, customer_id text, status text, last_message text, at timestamptz)',
      )
      await pool.query(
        `insert into conversations select n, null, 'page-' || n % ${integrations}, 'customer-' || n, 'open', repeat('x', 80), now() from generate_series(1, ${rows}) n`,
      )
      await pool.query('vacuum analyze conversations')
      await pool.query('checkpoint')
    },
    async byHand() {
      await pool.query(
        'update conversations c set account_id = i.account_id from integrations i where i.oa_id = c.oa_id and c.account_id is null',
      )
    },
    backfill: async () => (await backfillAccountIds({ db: pool }).apply()).updated,
    write: (id) => pool.query('update conversations set last_message = $2, at = now() where id = $1', [id, 'Hello?']),
  }
}

async function onMongo(client: MongoClient): Promise<Engine> {
  const db = client.db('figure_backfill')
  const pages = Array.from({ length: integrations }, (_, at) => ({ oa_id: `page-${at}`, accountId: `account-${at % 20}` }))
  await db.collection('integrations').insertMany(pages)
  await db.collection('integrations').createIndex({ oa_id: 1 })
  const conversations = db.collection('conversations')
  return {
    name: 'MongoDB',
    async fill() {
      await conversations.drop()
      await conversations.createIndex({ oa_id: 1, customer_id: 1 })
      for (let from = 0; from < rows; from += 10_000) {
        await conversations.insertMany(
          Array.from({ length: Math.min(10_000, rows - from) }, (_, at) => {
            const number = from + at
            return {
              oa_id: `page-${number % integrations}`,
              customer_id: `customer-${number}`,
              status: 'open',
              last_message: 'x'.repeat(80),
            }
          }),
        )
      }
    },
    async byHand() {
      for (const { oa_id, accountId } of pages)
        await conversations.updateMany(
          { oa_id, accountId: null },
          { $set: { accountId } },
          { writeConcern: { w: 'majority', journal: true } },
        )
    },
    backfill: async () => (await backfillAccountIds({ db }).apply()).updated,
    write: (id) =>
      conversations.updateOne(
        { oa_id: `page-${id % integrations}`, customer_id: `customer-${id}` },
        { $set: { last_message: 'Hello?' } },
        { writeConcern: { w: 'majority', journal: true } },
      ),
  }
}

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now()
  await work()
  return (performance.now() - begun) / 1_000
}

/** How long the host's own writes take, at the 99th of 100, alone and beside a backfill. */
async function liveWrites(engine: Engine): Promise<{ readonly alone: number; readonly beside: number }> {
  await engine.fill()
  const writer = () => liveWriter(() => engine.write(1 + Math.floor(Math.random() * (rows - 1))))
  const before = writer()
  await setTimeout(aloneMs)
  const alone = await before.stop()
  const meanwhile = writer()
  await engine.backfill()
  return { alone, beside: await meanwhile.stop() }
}

/** Prints how long a backfill takes beside one statement by hand, how long a second one takes, and the memory. */
async function measure(engine: Engine): Promise<void> {
  for (let round = 1; round <= rounds; round++) {
    await engine.fill()
    const byHand = await secondsOf(() => engine.byHand())
    await engine.fill()
    globalThis.gc?.()
    const before = process.memoryUsage().rss
    let most = before
    const watch = setInterval(() => {
      most = Math.max(most, process.memoryUsage().rss)
    }, 50)
    const first = await secondsOf(async () => {
      const updated = await engine.backfill()
      if (updated !== rows) throw new Error(`${updated} of ${rows} rows were updated`)
    })
    clearInterval(watch)
    const second = await secondsOf(() => engine.backfill())
    const { alone, beside } = await liveWrites(engine)
    const ratio = (one: number, other: number) => Number((one / other).toFixed(2))
    console.log(
      JSON.stringify({
        engine: engine.name,
        rows,
        byHand: ratio(byHand, 1),
        backfill: ratio(first, 1),
        'backfill to by hand': ratio(first, byHand),
        'second to first': ratio(second, first),
        'p99 of live writes beside it to alone': ratio(beside, alone),
        megabytes: Math.round((most - before) / 2 ** 20),
        load: ratio(loadavg()[0] ?? 0, 1),
      }),
    )
  }
}

const only = process.argv[4]
if (only !== 'mongo') {
  const server = await startEmbeddedPostgres('figure-backfill', installedPackage(), {
    fsync: 'on',
    synchronous_commit: 'on',
    max_wal_size: '4GB',
  })
  const pool = new Pool({ connectionString: server.url, max: 3 })
  // A pool says that it has ended before its connections have, and the server stops at once after that.
  pool.on('error', () => undefined)
  try {
    await measure(await onPostgres(pool))
  } finally {
    await pool.end()
    await server.stop()
  }
}
if (only !== 'postgres') {
  const server = await startThrowawayReplicaSet()
  const client = await new MongoClient(server.url).connect()
  try {
    await measure(await onMongo(client))
  } finally {
    await client.close()
    await server.stop()
  }
}
