import { loadavg } from 'node:os'
import { fileURLToPath } from 'node:url'
import { createConversationStore } from 'conversation-store'
import { postgres } from 'conversation-store/postgres'
import { platformIndexes } from '../../src/platform/postgres/indexes.js'
import { buildIndex } from '../../src/postgres/migrator/indexes/build-index.js'
import { startEmbeddedPostgres } from '../../test/servers/postgres.js'
import { installedPackage } from '../../test/servers/postgres-binaries.js'
import { account, customerName, inbox } from '../postgres/customers.js'
import type { BenchDatabase } from '../postgres/database.js'
import { newMessages } from '../postgres/new-messages.js'
import { openSchemas } from '../postgres/prepare.js'
import { costOfEachIndex } from './postgres-each.js'
import { processorOf, type Timed, timeInRounds } from './rounds.js'

const rounds = 12
const callsATurn = 20
const customers = 2_000
const schemas = ['store', 'again', 'platform'] as const

/**
 * Prints what the platform's indexes cost a write compared with the store's alone, as a whole and one by one. The
 * server has to run on this machine.
 */
export async function measurePostgresIndexSets(server: string): Promise<void> {
  const database = await openSchemas(
    { server, name: 'bench_index_sets', schemas: [...schemas, 'one'] },
    { customers, withMessages: customers },
  )
  try {
    const session = { query: (text: string, values?: readonly unknown[]) => database.query<Record<string, unknown>>(text, values) }
    const terms = { signal: new AbortController().signal, logger: silent, concurrently: true }
    for (const index of platformIndexes) await buildIndex(session, 'platform', index, terms)
    console.log(`PostgreSQL, calls for a known customer; ${rounds} rounds of ${callsATurn} calls, load ${load()}`)
    await measureCalls(
      database,
      'upsertConversation, another nickname',
      async (conversations, customerId, call) =>
        (await conversations.upsertConversation({ ...inbox, customerId, nickname: `Lan ${call}` })).outcome,
    )
    await measureCalls(database, 'upsertConversationWithEvents, 5 new messages', async (conversations, customerId) => {
      const events = newMessages(5).map((message) => ({ type: 'message' as const, direction: 'inbound' as const, ...message }))
      return (await conversations.upsertConversationWithEvents({ ...inbox, customerId, events })).outcome
    })
    console.log(`one index of the platform beside the store's, load ${load()}`)
    console.table(await costOfEachIndex(database, { base: 'store', other: 'one' }, rounds))
    console.log(`load at the end ${load()}`)
  } finally {
    await database.close()
  }
}

type Conversations = ReturnType<ReturnType<typeof createConversationStore>['forAccount']>
type Call = (conversations: Conversations, customerId: string, call: number) => Promise<string>

async function measureCalls(database: BenchDatabase, title: string, call: Call): Promise<void> {
  const pools = schemas.map((schema) => database.pool(schema, 1))
  const backends = await Promise.all(
    pools.map(async (pool) => processorOf((await pool.query('select pg_backend_pid() as pid')).rows[0].pid)),
  )
  const walBytes = new Map(schemas.map((schema) => [schema, [] as number[]]))
  const writers = schemas.map((schema, at) => {
    const pool = pools[at] ?? database.pool(schema, 1)
    const conversations = createConversationStore({ adapter: postgres({ pool, schema }) }).forAccount(account)
    let made = 0
    const write = async () => {
      const before = await walPosition(database)
      for (let calls = 0; calls < callsATurn; calls += 1) {
        made += 1
        const outcome = await call(conversations, customerName((made % customers) + 1), made)
        if (outcome !== 'updated') throw new Error(`${title}: the outcome was ${outcome}`)
      }
      walBytes.get(schema)?.push((await walPosition(database)) - before)
    }
    return { name: schema, write }
  })
  // Only one backend works at a time, so the sum of their times is the time of the writer whose turn it is.
  const timed = await timeInRounds(writers, rounds, () => backends.reduce((sum, read) => sum + read(), 0))
  console.log(title)
  console.table(timed.map((each, at) => rowOf(each, median(walBytes.get(schemas[at] ?? 'store') ?? []) / callsATurn)))
}

async function walPosition(database: BenchDatabase): Promise<number> {
  const [row] = await database.query<{ bytes: string }>(`select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0') as bytes`)
  return Number(row?.bytes)
}

function rowOf({ name, time, ratio }: Timed, walOfCall: number) {
  const text = `${ratio.median.toFixed(2)} (${ratio.q1.toFixed(2)}–${ratio.q3.toFixed(2)})`
  return {
    indexes: name,
    'processor, ms a call': (time / callsATurn).toFixed(3),
    'ratio to the store’s': text,
    'log, bytes a call': Math.round(walOfCall),
  }
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

const load = () => loadavg()[0]?.toFixed(1)
const ignore = () => {}
const silent = { debug: ignore, info: ignore, warn: ignore, error: ignore }

// The file can be run by itself, with BENCH_POSTGRES_URL or with a server of its own that keeps its data below TMPDIR.
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const given = process.env.BENCH_POSTGRES_URL
  const settings = {
    fsync: 'on',
    synchronous_commit: 'on',
    full_page_writes: 'on',
    shared_buffers: '256MB',
    checkpoint_timeout: '30min',
    max_wal_size: '8GB',
  }
  const server = given ? { url: given, stop: async () => {} } : await startEmbeddedPostgres('bench-postgres', installedPackage(), settings)
  try {
    await measurePostgresIndexSets(server.url)
  } finally {
    await server.stop()
  }
}
