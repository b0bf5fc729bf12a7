import { escapeIdentifier } from 'pg'
import { onTestFinished } from 'vitest'
import type { AdoptionDatabase } from '../../src/adoption/index.js'
import { createConversationStore } from '../../src/index.js'
import { mongo } from '../../src/mongo/index.js'
import { postgres } from '../../src/postgres/index.js'
import type { ConversationStore } from '../../src/store/create-conversation-store.js'
import { serverUrl } from '../contract/server.js'
import { newSchemaName, scratchPool } from '../postgres/scratch-schema.js'
import { type Interference, interferedDb, interferedPool } from './interfered.js'
import { mongoHost } from './mongo-host.js'
import { pgliteHost, postgresHost } from './postgres-host.js'
import { sharedClient } from './shared-client.js'

export interface Chat {
  readonly id: string
  readonly account?: string | null
  readonly page?: string | null
  readonly psid?: string
  readonly state?: string
  readonly lastAt?: Date
  readonly unseen?: number
  readonly nick?: string
  readonly name?: string
  readonly platform?: string
  readonly until?: Date
}

export interface Line {
  readonly id: string
  readonly chat: string | null
  readonly mid?: string | null
  readonly body?: string
  readonly sender?: string
  readonly at?: Date | null
  readonly files?: readonly unknown[]
}

/** A host whose tables have names of their own, and a store beside them in the same database. */
export interface ImportHost {
  readonly db: AdoptionDatabase
  readonly name: string
  readonly where: { readonly schema?: string }
  readonly storeName: string
  openStore(): Promise<ConversationStore>
  addChats(rows: readonly Chat[]): Promise<void>
  addLines(rows: readonly Line[]): Promise<void>
  addPages(rows: readonly { readonly page: string; readonly account: string | null; readonly platform?: string }[]): Promise<void>
  /** What is in `conversation_store_rejected`. */
  rejected(): Promise<readonly { readonly from: string; readonly id: string; readonly reason: string }[]>
  breakLeases(): Promise<void>
  takeLease(): Promise<void>
  /** The database as the helpers get it, which a test can interfere with. */
  interfered(interference: Interference): AdoptionDatabase
}

async function onSql(host: Awaited<ReturnType<typeof pgliteHost>>): Promise<ImportHost> {
  const at = escapeIdentifier(host.schema)
  const storeName = newSchemaName()
  await host.query(`create table ${at}.chats (id text primary key, account text, page text, psid text, state text, last_at timestamptz,
  unseen integer, nick text, full_name text, platform text, until timestamp)`)
  await host.query(`create index on ${at}.chats (page, psid)`)
  await host.query(`create table ${at}.lines (id text primary key, chat text, mid text, body text, sender text, at bigint, files jsonb)`)
  await host.query(`create index on ${at}.lines (chat)`)
  await host.query(`create table ${at}.pages (page text primary key, account text, platform text)`)
  const insert = async (table: string, rows: readonly object[]) => {
    await host.query(`insert into ${at}.${table} select * from json_populate_recordset(null::${at}.${table}, $1::json)`, [
      JSON.stringify(rows),
    ])
  }
  return {
    db: host.db,
    name: host.schema,
    where: host.where,
    storeName,
    async openStore() {
      const store = createConversationStore({ adapter: postgres({ pool: host.db as never, schema: storeName }) })
      await store.migrate()
      return store
    },
    addChats: (rows) =>
      insert(
        'chats',
        rows.map(({ lastAt, unseen, nick, name, ...row }) => ({ ...row, last_at: lastAt, unseen, nick, full_name: name })),
      ),
    addLines: (rows) =>
      insert(
        'lines',
        rows.map(({ at: time, ...row }) => ({ ...row, at: time?.getTime() ?? null })),
      ),
    addPages: (rows) => insert('pages', rows),
    rejected: async () =>
      (await host.query(
        `select from_table as "from", id::json ->> 0 as id, reason from ${at}.conversation_store_rejected order by 1, 2`,
      )) as never,
    breakLeases: host.breakLeases,
    takeLease: host.takeLease,
    interfered: (interference) => interferedPool(scratchPool(), interference),
  }
}

async function onMongo(): Promise<ImportHost> {
  const host = await mongoHost()
  const { db } = host
  const client = await sharedClient(serverUrl('mongoReplicaSet'))
  const storeName = `${host.name}_store`
  onTestFinished(async () => {
    await client.db(storeName).dropDatabase()
  })
  await db.collection('chats').createIndex({ page: 1, psid: 1 })
  await db.collection('lines').createIndex({ chat: 1 })
  const insert = async (name: string, rows: readonly { readonly id: string }[]) => {
    if (rows.length === 0) return
    await db.collection<{ _id: string }>(name).insertMany(
      rows.map(({ id: _id, ...row }) => ({ _id, ...row })),
      { ignoreUndefined: true },
    )
  }
  return {
    db,
    name: host.name,
    where: {},
    storeName,
    async openStore() {
      const store = createConversationStore({ adapter: mongo({ client, db: client.db(storeName) }) })
      await store.migrate()
      return store
    },
    addChats: (rows) =>
      insert(
        'chats',
        rows.map(({ lastAt, name, ...row }) => ({ ...row, last_at: lastAt, full_name: name })),
      ),
    addLines: (rows) => insert('lines', rows),
    addPages: (rows) =>
      insert(
        'pages',
        rows.map((row) => ({ ...row, id: row.page })),
      ),
    async rejected() {
      const found = await db.collection('conversation_store_rejected').find().toArray()
      return found
        .map(({ _id, reason }) => ({ from: String(Reflect.get(_id, 'from')), id: String(Reflect.get(_id, 'id')), reason: String(reason) }))
        .sort((a, b) => (`${a.from} ${a.id}` < `${b.from} ${b.id}` ? -1 : 1))
    },
    async breakLeases() {
      await host.breakLeases()
      // A process that was killed leaves its transaction to the server, which ends it after a minute.
      const admin = client.db('admin')
      const idle = admin.aggregate([
        { $currentOp: { idleSessions: true, allUsers: true } },
        { $match: { type: 'idleSession', appName: storeName } },
      ])
      const sessions = (await idle.toArray()).map(({ lsid }) => ({ id: lsid.id }))
      if (sessions.length > 0) await admin.command({ killSessions: sessions })
    },
    takeLease: host.takeLease,
    interfered: (interference) => interferedDb(db, interference),
  }
}

export const importHosts: readonly (readonly [string, () => Promise<ImportHost>])[] = [
  ['MongoDB', onMongo],
  ['PostgreSQL', async () => onSql(await postgresHost())],
  ['PGlite', async () => onSql(await pgliteHost())],
]
