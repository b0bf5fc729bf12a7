import { fileURLToPath } from 'node:url'
import { createConversationStore } from 'conversation-store'
import { postgres } from 'conversation-store/postgres'
import { Pool } from 'pg'
import { startEmbeddedPostgres } from '../../test/servers/postgres.js'
import { installedPackage } from '../../test/servers/postgres-binaries.js'
import { barePg } from '../postgres/rivals/bare-pg.js'
import { ageMarks } from './age-marks.js'
import { rivals } from './rivals.js'
import { accountId, customerIds, customersInDisorder, oaId, rounded, sayMessages, type Writer } from './writer.js'

const messages = 4_000
const changes = 200
const minute = 60_000
const schema = 'store'

interface Measured {
  readonly admin: Pool
  readonly writer: Writer
  readonly schema: string
}

/** Prints what a message and a nickname write to the log of PostgreSQL, and what a message keeps on disk. */
export async function measurePostgres(url: string, isAlone: boolean): Promise<void> {
  const admin = new Pool({ connectionString: url, max: 1 })
  const pools: Pool[] = [admin]
  const pool = (name: string) => {
    const made = new Pool({ connectionString: url, max: 1, options: `-c search_path=${name}` })
    pools.push(made)
    return made
  }
  const writers = [
    { writer: ours(pool(schema)), schema },
    ...(isAlone ? [] : rivals(pool)).map((writer, n) => ({ writer, schema: `rival_${n}` })),
  ].map((each) => ({ ...each, admin }))
  try {
    for (const measured of writers) console.table(await ofMessages(measured))
    console.table(await ofNicknames(writers, pool(schema)))
    console.table(await ofRows(writers[0] as Measured))
    console.table(await ofIndexes(writers[0] as Measured))
  } finally {
    // The server stops while the last connections are being closed.
    for (const each of pools) each.on('error', () => undefined)
    for (const each of pools.reverse()) await each.end()
  }
}

function ours(pool: Pool): Writer {
  const store = createConversationStore({ adapter: postgres({ pool, schema }) })
  const account = store.forAccount(accountId)
  return {
    name: 'conversation-store',
    async open(ids) {
      await pool.query(`drop schema if exists ${schema} cascade`)
      await store.migrate()
      await account.connectInbox({ oaId, channel: 'messenger' })
      await account.bulkUpsertConversationsWithEvents({ conversations: ids.map((customerId) => ({ oaId, customerId, events: [] })) })
    },
    async nickname(customerId, nickname) {
      await account.upsertConversation({ oaId, customerId, nickname })
    },
    async messages(customerId, said) {
      await account.upsertConversationWithEvents({ oaId, customerId, events: said.map((each) => ({ type: 'message', ...each })) })
    },
  }
}

async function ofMessages(measured: Measured) {
  const { writer, admin } = measured
  const rows = []
  for (const atOnce of [1, 5]) {
    await writer.open(customerIds)
    const customers = customersInDisorder()
    const write = async (count: number) => {
      for (let written = 0; written < count; written += atOnce) await writer.messages(customers.next().value, sayMessages(atOnce))
    }
    await write(messages / 4)
    const before = await diskOf(measured)
    const from = await position(admin)
    await write(messages)
    const wal = (await position(admin)) - from
    const disk = (await diskOf(measured)) - before
    rows.push({
      writer: writer.name,
      'messages a call': atOnce,
      'log, bytes a message': rounded(wal / messages),
      'disk, bytes a message': rounded(disk / messages),
    })
  }
  return rows
}

async function ofNicknames(writers: readonly Measured[], pool: Pool) {
  const bare = barePg(pool, 'known customers')
  const [{ admin } = { admin: pool }] = writers
  const all = [
    ...writers.map(({ writer, schema: name }) => ({
      name: writer.name,
      schema: name,
      nickname: (customerId: string, nickname: string) => writer.nickname(customerId, nickname),
    })),
    {
      name: 'a bare upsert of the store’s table',
      schema: 'bare',
      nickname: (customerId: string, nickname: string) => bare.upsert(customerId, nickname),
    },
  ]
  const rows = []
  for (const { name, schema: its, nickname } of all) {
    // The bare upsert goes into the store's table, whose rows are made anew and remember nothing.
    for (const { writer, schema: made } of writers) if (made === (its === 'bare' ? schema : its)) await writer.open(customerIds)
    const bytes = async (customerId: string, apart: boolean) => {
      let sum = 0
      for (let n = 0; n < changes; n += 1) {
        if (apart && (its === schema || its === 'bare')) await ageMarks(admin, schema, customerId, minute)
        const from = await position(admin)
        await nickname(customerId, `Lan ${n}`)
        sum += (await position(admin)) - from
      }
      return rounded(sum / changes)
    }
    const hot = await bytes('customer-1', false)
    rows.push({ writer: name, 'a nickname in a hot loop, bytes of log': hot, 'a minute apart': await bytes('customer-2', true) })
  }
  return rows
}

/** The rows of conversations with a nickname and with a message a minute. */
async function ofRows({ writer, admin }: Measured) {
  const rows = []
  for (const change of ['a nickname', 'a message']) {
    await writer.open(customerIds.slice(0, 10))
    for (let n = 0; n < 20; n += 1) {
      for (const customerId of customerIds.slice(0, 10)) {
        await ageMarks(admin, schema, customerId, minute)
        await (change === 'a nickname' ? writer.nickname(customerId, `Lan ${n}`) : writer.messages(customerId, sayMessages(1)))
      }
    }
    const { rows: sizes } = await admin.query<{ row: number; marks: number }>(
      `select avg(pg_column_size(c.*))::float8 as row, avg(pg_column_size(c.operations))::float8 as marks from ${schema}.conversations c`,
    )
    rows.push({ 'a minute': change, 'row of a conversation, bytes': sizes[0]?.row, 'its marks': sizes[0]?.marks })
  }
  return rows
}

/** What each table and index grew by for a message that came alone. */
async function ofIndexes(measured: Measured) {
  const { writer } = measured
  await writer.open(customerIds)
  const customers = customersInDisorder()
  const write = async (count: number) => {
    for (let written = 0; written < count; written += 1) await writer.messages(customers.next().value, sayMessages(1))
  }
  await write(messages / 4)
  const before = await relations(measured)
  await write(messages)
  const after = await relations(measured)
  return [...after]
    .map(([relation, bytes]) => ({ relation, 'bytes a message': rounded((bytes - (before.get(relation) ?? 0)) / messages) }))
    .filter((each) => each['bytes a message'] > 0)
    .sort((a, b) => b['bytes a message'] - a['bytes a message'])
}

async function diskOf(measured: Measured): Promise<number> {
  return [...(await relations(measured)).values()].reduce((sum, bytes) => sum + bytes, 0)
}

/** The bytes of each table and index, once what is dead has been cleared away. */
async function relations({ admin, schema: name }: Measured): Promise<ReadonlyMap<string, number>> {
  await admin.query(`vacuum`)
  const { rows } = await admin.query<{ name: string; bytes: string }>(
    `select c.relname as name, pg_relation_size(c.oid) as bytes from pg_class c where c.relnamespace = $1::regnamespace and c.relkind in ('r', 'i')`,
    [name],
  )
  return new Map(rows.map((row) => [row.name, Number(row.bytes)]))
}

async function position(admin: Pool): Promise<number> {
  const { rows } = await admin.query<{ bytes: string }>(`select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0') as bytes`)
  return Number(rows[0]?.bytes)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  // Nothing else may write: no cleaning in the background, no snapshots of running transactions, no pages in full.
  const settings = { autovacuum: 'off', full_page_writes: 'off', wal_level: 'replica', checkpoint_timeout: '1h', max_wal_size: '4GB' }
  const server = await startEmbeddedPostgres('figure-bytes', installedPackage(), settings)
  try {
    await measurePostgres(server.url, process.argv.includes('--store-alone'))
  } finally {
    await server.stop()
  }
}
