import { escapeIdentifier } from 'pg'
import { onTestFinished } from 'vitest'
import type { AdoptionDatabase, AllowClosedOptions } from '../../src/adoption/index.js'
import { newSchemaName, scratchPool, sharedPglite } from '../postgres/scratch-schema.js'
import { type Interference, interferedPool } from './interfered.js'

type Query = (text: string, values?: unknown[]) => Promise<Record<string, unknown>[]>

/** A row of a host that has a column for the connection of each channel. */
interface ClosedRow {
  readonly id: string
  readonly connection?: string
  readonly to?: string
  readonly psid?: string
  readonly status?: string
  readonly minute?: number
}

export interface ClosedHost {
  readonly db: AdoptionDatabase
  readonly schema: string
  readonly query: Query
  readonly options: AllowClosedOptions
  add(...rows: readonly ClosedRow[]): Promise<void>
  close(id: string): Promise<void>
  /** The ids and statuses, by id. */
  rows(): Promise<readonly (readonly [string, string])[]>
  indexes(): Promise<readonly string[]>
  /** Everything that the helper changed or made. */
  leftBehind(): Promise<unknown>
  /** Ends the leases of those who are gone. */
  breakLeases(): Promise<void>
  /** The same database, over connections that a test can interfere with. */
  interfered(interference: Interference): AdoptionDatabase
}

export const columns = ['pageConnectionId', 'instagramConnectionId', 'telegramConnectionId', 'widgetConfigId'] as const

async function closedHost(db: AdoptionDatabase, query: Query): Promise<ClosedHost> {
  const schema = newSchemaName()
  const at = escapeIdentifier(schema)
  await query(`create schema ${at}`)
  await query(`create type ${at}."ConversationStatus" as enum ('OPEN', 'SNOOZED', 'CLOSED')`)
  await query(
    `create table ${at}.conversations (id text primary key, ${columns.map((column) => `"${column}" text`).join(', ')}, psid text not null,
  status ${at}."ConversationStatus" not null default 'OPEN', "lastMessageAt" timestamp(3))`,
  )
  // Three are indexes, as Prisma makes them, and one is a constraint.
  for (const column of columns.slice(0, 3))
    await query(`create unique index "conversations_${column}_psid_key" on ${at}.conversations ("${column}", psid)`)
  await query(`alter table ${at}.conversations add constraint "conversations_widgetConfigId_psid_key" unique ("widgetConfigId", psid)`)
  return {
    db,
    schema,
    query,
    options: { db, conversations: { schema } },
    async add(...rows) {
      for (const { id, connection = 'page-1', to = 'pageConnectionId', psid = 'X', status = 'OPEN', minute = 0 } of rows)
        await query(
          `insert into ${at}.conversations (id, ${escapeIdentifier(to)}, psid, status, "lastMessageAt") values ($1, $2, $3, $4::text::${at}."ConversationStatus", $5::text::timestamp)`,
          [id, connection, psid, status, new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString().slice(0, 19)],
        )
    },
    async close(id) {
      await query(`update ${at}.conversations set status = 'CLOSED' where id = $1`, [id])
    },
    async rows() {
      const found = await query(`select id, status::text as status from ${at}.conversations order by id collate "C"`)
      return found.map((row) => [String(row.id), String(row.status)] as const)
    },
    async indexes() {
      const found = await query(
        `select indexname as name from pg_indexes where schemaname = $1 and tablename = 'conversations' order by indexname collate "C"`,
        [schema],
      )
      return found.map(({ name }) => String(name)).filter((name) => name !== 'conversations_pkey')
    },
    async leftBehind() {
      const strip = (text: string) => `replace(${text}, '${schema}', 's')`
      return Promise.all([
        query(`select to_jsonb(c)::text as row from ${at}.conversations c order by id`),
        query(`select ${strip('indexdef')} as index from pg_indexes where schemaname = $1 and tablename = 'conversations' order by 1`, [
          schema,
        ]),
        query(
          `select ${strip('pg_get_triggerdef(t.oid)')} as trigger from pg_trigger t join pg_class c on c.oid = t.tgrelid where c.relnamespace = $1::text::regnamespace order by 1`,
          [at],
        ),
        query(`select proname from pg_proc where pronamespace = $1::text::regnamespace order by 1`, [at]),
      ])
    },
    async breakLeases() {
      await query(`update ${at}.conversation_store_adoption set holder = null`).catch(() => [])
    },
    interfered: (interference) => interferedPool(scratchPool(), interference),
  }
}

async function onPostgres(): Promise<ClosedHost> {
  const pool = scratchPool()
  const host = await closedHost(pool, async (text, values = []) => (await pool.query(text, values)).rows)
  onTestFinished(async () => {
    await pool.query(`drop schema if exists ${escapeIdentifier(host.schema)} cascade`)
  })
  return host
}

async function onPglite(): Promise<ClosedHost> {
  const pglite = sharedPglite()
  return closedHost(pglite, async (text, values = []) => (await pglite.query<Record<string, unknown>>(text, values)).rows)
}

export const closedHosts: readonly (readonly [string, () => Promise<ClosedHost>])[] = [
  ['PostgreSQL', onPostgres],
  ['PGlite', onPglite],
]
