import { Client, escapeIdentifier } from 'pg'
import { onTestFinished } from 'vitest'
import type { AdoptionDatabase } from '../../src/adoption/index.js'
import { newSchemaName, postgresUrl, scratchPool, sharedPglite } from '../postgres/scratch-schema.js'
import type { LegacyHost, LegacyRow } from './legacy-host.js'
import { textId } from './legacy-rows.js'

type Query = (text: string, values?: unknown[]) => Promise<Record<string, unknown>[]>

async function sqlHost(
  db: AdoptionDatabase,
  schema: string,
  query: Query,
): Promise<LegacyHost & { readonly query: Query; readonly schema: string }> {
  const at = escapeIdentifier(schema)
  await query(`create schema ${at}`)
  await query(
    `create table ${at}.conversations (id text primary key, account_id text, oa_id text, customer_id text, status text, last_message_at timestamptz, message_count integer,
  thread text, contact_id text)`,
  )
  await query(`create table ${at}.integrations (oa_id text, account_id text)`)
  await query(`create index on ${at}.integrations (oa_id)`)
  await query(`create table ${at}.messages (id text primary key, conversation_id text, message_id text, text text)`)
  await query(`create index on ${at}.messages (conversation_id)`)
  const insert = async (table: string, rows: readonly Record<string, unknown>[]) => {
    await query(`insert into ${at}.${table} select * from json_populate_recordset(null::${at}.${table}, $1::json)`, [JSON.stringify(rows)])
  }
  return {
    db,
    name: schema,
    schema,
    query,
    where: { schema },
    addConversations: (rows) =>
      insert(
        'conversations',
        rows.map(({ id, accountId, oaId, customerId, status, lastMessageAt, messageCount, thread, contactId }) => ({
          id: String(id),
          account_id: accountId ?? null,
          oa_id: oaId ?? null,
          customer_id: customerId ?? null,
          status: status ?? null,
          last_message_at: lastMessageAt ?? null,
          message_count: messageCount ?? null,
          thread: thread ?? null,
          contact_id: contactId ?? null,
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
    async addContacts(rows) {
      await query(`create table ${at}.contacts (id text primary key, oa_id text, customer_id text)`)
      await insert(
        'contacts',
        rows.map(({ id, oaId, customerId }) => ({ id: String(id), oa_id: oaId, customer_id: customerId })),
      )
    },
    async contacts() {
      const rows = await query(
        `select to_jsonb(c)::text as text from ${at}.contacts c
  union all select indexdef from pg_indexes where schemaname = $1 and tablename = 'contacts' order by 1`,
        [schema],
      )
      return rows.map(({ text }) => String(text))
    },
    async contactsNamed() {
      const kept = await query(
        `select tablename from pg_tables where schemaname = $1 and tablename in ('conversation_store_archive', 'conversation_store_quarantine')`,
        [schema],
      )
      const rows = await query(
        [
          `select id, contact_id from ${at}.conversations`,
          ...kept.map(
            ({ tablename }) =>
              `select document ->> 'id', document ->> 'contact_id' from ${at}.${tablename} where from_table = 'conversations' and document is not null`,
          ),
        ].join(' union all '),
      )
      return rows
        .filter((row) => row.contact_id !== null)
        .map((row) => JSON.stringify([row.id, row.contact_id]))
        .sort()
    },
    async integrations() {
      return (await query(`select oa_id as "oaId", account_id as "accountId" from ${at}.integrations`)) as unknown as {
        oaId: string
        accountId: string | null
      }[]
    },
    async disconnect(oaId) {
      await query(`delete from ${at}.integrations where oa_id = $1`, [oaId])
    },
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
    async setInbox(id, oaId) {
      await query(`update ${at}.conversations set oa_id = $2 where id = $1`, [String(id), oaId])
    },
    async takeLease() {
      await query(`update ${at}.conversation_store_adoption set token = token + 1, holder = 'another', claim = 'another'`)
    },
    async setStatus(id, status) {
      await query(`update ${at}.conversations set status = $2 where id = $1`, [String(id), status])
    },
    async leftBehind() {
      const tables = ['conversations', 'messages', 'conversation_store_archive', 'conversation_store_quarantine']
      const rows = tables.map((table) => query(`select (to_jsonb(t) - 'at' - 'number')::text as row from ${at}.${table} t order by 1`))
      return [
        await Promise.all(rows),
        await query(`select replace(indexdef, schemaname, 's') as index from pg_indexes where schemaname = $1 order by 1`, [schema]),
      ]
    },
    async archived() {
      const kept = await query(
        `select tablename from pg_tables where schemaname = $1 and tablename in ('conversation_store_archive', 'conversation_store_quarantine')`,
        [schema],
      )
      const found = kept.map(({ tablename }) =>
        query(`select from_table as "from", id::json ->> 0 as id from ${at}.${tablename} where document is not null`),
      )
      return (await Promise.all(found)).flat() as unknown as { from: string; id: string }[]
    },
    async clear() {
      const tables = await query(`select tablename from pg_tables where schemaname = $1`, [schema])
      await query(`truncate ${tables.map(({ tablename }) => `${at}.${escapeIdentifier(String(tablename))}`).join(', ')}`)
    },
    async breakLeases() {
      await query(`update ${at}.conversation_store_adoption set holder = null`).catch(() => [])
    },
    async dropActiveIndex() {
      await query(`drop index ${at}.account_id_1_oa_id_1_customer_id_1_active`)
    },
    idOf: textId,
    async addOldIndex(since) {
      if (since === undefined) await query(`alter table ${at}.conversations add unique (oa_id, customer_id)`)
      else
        await query(`create unique index oa_id_1_customer_id_1 on ${at}.conversations (oa_id, customer_id)
  where last_message_at >= '${since.toISOString()}'::timestamptz`)
    },
    indexes: () =>
      query(
        `select pg_get_indexdef(i.indexrelid) as index, pg_get_constraintdef(r.oid) as constraint from pg_index i left join pg_constraint r on r.conindid = i.indexrelid
  where i.indrelid = $1::regclass order by 1`,
        [`${at}.conversations`],
      ),
    async explainActive({ accountId, oaId, customerId }) {
      await query(`analyze ${at}.conversations`)
      const plan = await query(
        `explain select * from ${at}.conversations where account_id = '${accountId}' and oa_id = '${oaId}' and customer_id = '${customerId}'
  and status in ('open', 'snoozed') order by last_message_at desc`,
      )
      return JSON.stringify(plan)
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
  return { ...host, pool, anotherPool: () => scratchPool() }
}

export async function pgliteHost() {
  const pglite = sharedPglite()
  return sqlHost(pglite, newSchemaName(), async (text, values = []) => (await pglite.query<Record<string, unknown>>(text, values)).rows)
}
