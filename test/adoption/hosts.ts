import { randomBytes } from 'node:crypto'
import { MongoClient } from 'mongodb'
import { Client, escapeIdentifier } from 'pg'
import { onTestFinished } from 'vitest'
import type { AdoptionDatabase } from '../../src/adoption/index.js'
import { serverUrl } from '../contract/server.js'
import { newSchemaName, postgresUrl, scratchPool, sharedPglite } from '../postgres/scratch-schema.js'

/** A conversation of a host from before this library. Null stands for a field that MongoDB does not have at all. */
export interface LegacyConversation {
  readonly id: unknown
  readonly accountId?: unknown
  readonly oaId?: string | null
  readonly customerId?: string
  readonly status?: string
  readonly lastMessageAt?: Date
  readonly messageCount?: number
}

export interface LegacyMessage {
  readonly id: unknown
  readonly conversationId: unknown
  readonly messageId?: string | null
  readonly text?: string
}

/** The database of a host, and ways to fill it and to look into it beside the library. */
export interface LegacyHost {
  readonly db: AdoptionDatabase
  /** What the helpers take: the schema, where there is one. */
  readonly where: { readonly schema?: string }
  addConversations(rows: readonly LegacyConversation[]): Promise<void>
  addIntegrations(rows: readonly { readonly oaId: string; readonly accountId?: unknown }[]): Promise<void>
  addMessages(rows: readonly LegacyMessage[]): Promise<void>
  /** The conversations by id, with the values as the driver gives them. Ids and accounts are texts. */
  conversations(): Promise<readonly LegacyRow[]>
  messages(): Promise<readonly { readonly id: string; readonly conversationId: string; readonly messageId: string | null }[]>
  /** Sets the account of a conversation, as another program of the host does. */
  setAccount(id: unknown, accountId: unknown): Promise<void>
  setStatus(id: unknown, status: string): Promise<void>
  /** A unique index over inbox and customer alone: the flaw. */
  addOldIndex(): Promise<void>
}

export interface LegacyRow {
  readonly id: string
  readonly accountId: string | null
  readonly oaId: string | null
  readonly customerId: string | null
  readonly status: string | null
  readonly messageCount: number | null
}

export async function mongoHost(
  server: 'mongoReplicaSet' | 'mongoStandalone' = 'mongoReplicaSet',
): Promise<LegacyHost & { readonly client: MongoClient }> {
  const client = await new MongoClient(serverUrl(server)).connect()
  const db = client.db(`test_${randomBytes(6).toString('hex')}`)
  onTestFinished(async () => {
    await db.dropDatabase()
    await client.close()
  })
  const conversations = db.collection<{ _id: unknown }>('conversations')
  const given = (fields: Record<string, unknown>) => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
  const textOf = (value: unknown) => (value === null || value === undefined ? null : String(value))
  return {
    client,
    db,
    where: {},
    async addConversations(rows) {
      if (rows.length === 0) return
      await conversations.insertMany(
        rows.map(({ id, accountId, oaId, customerId, status, lastMessageAt, messageCount }) => ({
          _id: id,
          ...given({
            accountId,
            oa_id: oaId,
            customer_id: customerId,
            status,
            last_message_at: lastMessageAt,
            message_count: messageCount,
          }),
        })),
      )
    },
    async addIntegrations(rows) {
      await db.collection('integrations').createIndex({ oa_id: 1 })
      if (rows.length > 0)
        await db.collection('integrations').insertMany(rows.map(({ oaId, accountId }) => given({ oa_id: oaId, accountId })))
    },
    async addMessages(rows) {
      if (rows.length === 0) return
      await db.collection<{ _id: unknown }>('messages').insertMany(
        rows.map(({ id, conversationId, messageId, text }) => ({
          _id: id,
          ...given({ conversation_id: conversationId, message_id: messageId, text }),
        })),
      )
    },
    async conversations() {
      return (await db.collection('conversations').find().sort({ _id: 1 }).toArray()).map((row) => ({
        id: String(row._id),
        accountId: textOf(row.accountId),
        oaId: textOf(row.oa_id),
        customerId: textOf(row.customer_id),
        status: textOf(row.status),
        messageCount: row.message_count ?? null,
      }))
    },
    async messages() {
      return (await db.collection('messages').find().sort({ _id: 1 }).toArray()).map((row) => ({
        id: String(row._id),
        conversationId: String(row.conversation_id),
        messageId: textOf(row.message_id),
      }))
    },
    async setAccount(id, accountId) {
      await db.collection('conversations').updateOne({ _id: { $eq: id } as never }, { $set: { accountId } })
    },
    async setStatus(id, status) {
      await db.collection('conversations').updateOne({ _id: { $eq: id } as never }, { $set: { status } })
    },
    async addOldIndex() {
      await db.collection('conversations').createIndex({ oa_id: 1, customer_id: 1 }, { unique: true })
    },
  }
}

type Query = (text: string, values?: unknown[]) => Promise<Record<string, unknown>[]>

async function sqlHost(
  db: AdoptionDatabase,
  schema: string,
  query: Query,
): Promise<LegacyHost & { readonly query: Query; readonly schema: string }> {
  const at = escapeIdentifier(schema)
  await query(`create schema ${at}`)
  await query(
    `create table ${at}.conversations (id text primary key, account_id text, oa_id text, customer_id text, status text, last_message_at timestamptz, message_count integer)`,
  )
  await query(`create table ${at}.integrations (oa_id text, account_id text)`)
  await query(`create index on ${at}.integrations (oa_id)`)
  await query(`create table ${at}.messages (id text primary key, conversation_id text, message_id text, text text)`)
  const insert = async (table: string, rows: readonly Record<string, unknown>[]) => {
    await query(`insert into ${at}.${table} select * from json_populate_recordset(null::${at}.${table}, $1::json)`, [JSON.stringify(rows)])
  }
  return {
    db,
    schema,
    query,
    where: { schema },
    addConversations: (rows) =>
      insert(
        'conversations',
        rows.map(({ id, accountId, oaId, customerId, status, lastMessageAt, messageCount }) => ({
          id: String(id),
          account_id: accountId ?? null,
          oa_id: oaId ?? null,
          customer_id: customerId ?? null,
          status: status ?? null,
          last_message_at: lastMessageAt ?? null,
          message_count: messageCount ?? null,
        })),
      ),
    addIntegrations: (rows) =>
      insert(
        'integrations',
        rows.map(({ oaId, accountId }) => ({ oa_id: oaId, account_id: accountId ?? null })),
      ),
    addMessages: (rows) =>
      insert(
        'messages',
        rows.map(({ id, conversationId, messageId, text }) => ({
          id: String(id),
          conversation_id: String(conversationId),
          message_id: messageId ?? null,
          text: text ?? null,
        })),
      ),
    async conversations() {
      return (await query(
        `select id, account_id as "accountId", oa_id as "oaId", customer_id as "customerId", status, message_count as "messageCount" from ${at}.conversations order by id collate "C"`,
      )) as unknown as LegacyRow[]
    },
    async messages() {
      return (await query(
        `select id, conversation_id as "conversationId", message_id as "messageId" from ${at}.messages order by id collate "C"`,
      )) as unknown as { id: string; conversationId: string; messageId: string | null }[]
    },
    async setAccount(id, accountId) {
      await query(`update ${at}.conversations set account_id = $2 where id = $1`, [String(id), String(accountId)])
    },
    async setStatus(id, status) {
      await query(`update ${at}.conversations set status = $2 where id = $1`, [String(id), status])
    },
    async addOldIndex() {
      await query(`alter table ${at}.conversations add unique (oa_id, customer_id)`)
    },
  }
}

export async function postgresHost() {
  const pool = scratchPool()
  const schema = newSchemaName()
  const host = await sqlHost(pool, schema, async (text, values = []) => (await pool.query(text, values)).rows)
  onTestFinished(async () => {
    const client = new Client({ connectionString: postgresUrl() })
    await client.connect()
    await client.query(`drop schema ${escapeIdentifier(schema)} cascade`)
    await client.end()
  })
  return { ...host, pool }
}

export async function pgliteHost() {
  const pglite = sharedPglite()
  return sqlHost(pglite, newSchemaName(), async (text, values = []) => (await pglite.query<Record<string, unknown>>(text, values)).rows)
}

/** The ways to run a host's database. The same tests hold on all of them. */
export const hosts: readonly (readonly [string, () => Promise<LegacyHost>])[] = [
  ['MongoDB', mongoHost],
  ['PostgreSQL', postgresHost],
  ['PGlite', pgliteHost],
]
