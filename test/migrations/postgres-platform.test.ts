import { readFile } from 'node:fs/promises'
import { createConversationStore } from 'conversation-store'
import { postgres } from 'conversation-store/postgres'
import { Client, Pool } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createMigrator } from '../../src/migrator/create-migrator.js'
import type { Migrator } from '../../src/migrator/migrator.js'
import { postgresDatabases } from '../../src/platform/postgres/databases.js'
import { platformIndexes } from '../../src/platform/postgres/indexes.js'
import { POSTGRES_MIGRATIONS } from '../../src/platform/postgres/migrations.js'
import { indexColumns } from '../../src/postgres/migrator/indexes/index-columns.js'
import { canonicalText } from '../../src/postgres/migrator/indexes/index-text.js'
import { readLiveIndexes } from '../../src/postgres/migrator/indexes/live-indexes.js'
import { storeMigrations } from '../../src/postgres/schema/steps.js'
import { isServerAbsent } from '../contract/server.js'
import { newSchemaName, postgresUrl } from '../postgres/scratch-schema.js'
import { fillPlatform, indexesOfPlan, platformQueries } from './postgres-platform-queries.js'

const declared = POSTGRES_MIGRATIONS.flatMap(({ indexes = [] }) => indexes)
const named = (table: string) => declared.filter((index) => index.table === table).map(({ name }) => name)

describe('the built-in migrations for PostgreSQL', () => {
  test('are the public table, the tenants’ configuration, the store, and the platform’s indexes', () => {
    expect(POSTGRES_MIGRATIONS.map(({ owner, id, tx, isPublic, isTenant }) => [owner, id, tx, isPublic, isTenant])).toEqual([
      ['platform', '001-create-client-configs', true, true, false],
      ['platform', '002-create-config', true, false, true],
      ...storeMigrations.map(({ id }) => ['conversation-store', id, true, false, true]),
      ['platform', '003-create-platform-indexes', false, false, true],
    ])
  })

  test('have the named indexes of the platform, each declared once, with what it serves', () => {
    expect(named('client_configs').sort()).toEqual([
      'idx_billing_status_updated',
      'idx_config_id',
      'idx_config_schema',
      'idx_created_at',
      'idx_updated_at',
      'idx_whatsapp_display_phone',
    ])
    expect(named('config').sort()).toEqual([
      'idx_billing_status_updated',
      'idx_config_created',
      'idx_config_id',
      'idx_config_schema',
      'idx_config_updated',
    ])
    expect(named('conversations')).toEqual([
      'idx_conversations_window_expiration',
      'idx_conversations_window_status',
      'idx_conversations_created',
      'idx_conversations_status_user',
      'idx_conversations_closed',
    ])
    expect(named('messages')).toEqual([
      'idx_messages_whatsapp_message_id',
      'idx_messages_conversation_timestamp',
      'idx_messages_conversation_timestamp_desc',
      'idx_messages_conversation_direction_timestamp',
      'idx_messages_conversation_sender_timestamp',
      'idx_messages_timestamp',
      'idx_messages_status_timestamp',
      'idx_messages_direction',
      'idx_messages_sender',
      'idx_messages_ai_generated',
      'idx_messages_read_at',
    ])
    for (const { name, serves, columns, table, indexSet } of declared) {
      expect(serves?.length, name).toBeGreaterThan(20)
      if (table === 'client_configs' || table === 'config') continue
      expect(columns, name).toMatch(/^account_id, /)
      expect(indexSet, name).toBe('platform')
    }
  })

  test('have a query for each index of the platform', () => {
    expect(platformQueries.map(({ index }) => index).sort()).toEqual(platformIndexes.map(({ name }) => name).sort())
  })
})

describe.skipIf(isServerAbsent('postgres'))('the indexes of the built-in migrations on PostgreSQL', () => {
  const publicSchema = newSchemaName()
  const [tenant, later] = [`${publicSchema}_tenant`, `${publicSchema}_later`]
  let pool: Pool
  let migrator: Migrator
  const session = { query: async (text: string, values: readonly unknown[] = []) => (await pool.query(text, [...values])).rows }

  beforeAll(async () => {
    pool = new Pool({ connectionString: postgresUrl(), max: 4 })
    const tenants = () => [{ tenantId: 'acme', database: tenant }]
    migrator = createMigrator({ databases: postgresDatabases({ pool, publicSchema, migrations: POSTGRES_MIGRATIONS, tenants }) })
    expect(await migrator.migrate()).toMatchObject({ verdict: 'done' })
    const client = new Client({ connectionString: postgresUrl() })
    await client.connect()
    await fillPlatform(client, tenant)
    await client.end()
  })
  afterAll(async () => {
    for (const schema of [publicSchema, tenant, later]) await pool.query(`drop schema if exists ${schema} cascade`)
    await pool.end()
  })

  test('are what the server has, in the very words of the declarations', async () => {
    const live = [
      ...(await readLiveIndexes(session, publicSchema, { tables: ['client_configs'], names: [] })),
      ...(await readLiveIndexes(session, tenant, { tables: ['config', 'conversations', 'messages'], names: [] })),
    ]
    for (const index of declared) {
      const found = live.find(({ name, table }) => name === index.name && table === index.table)
      expect(found?.valid, index.name).toBe(true)
      expect(found?.unique, index.name).toBe(index.unique ?? false)
      const compared = (columns = '') => indexColumns(columns).map(({ key: _, ...column }) => column)
      expect(compared(found?.columns)).toEqual(compared(index.columns))
      expect(found?.where === null ? undefined : canonicalText(found?.where ?? '')).toBe(
        index.where === undefined ? undefined : canonicalText(index.where),
      )
    }
  })

  test('leave a sync nothing to do, nor to prune', async () => {
    const report = await migrator.syncIndexes({ prune: true })
    expect(report).toMatchObject({ verdict: 'done', public: { actions: [] }, tenants: [{ actions: [] }] })
  })

  test('are added to what store.migrate() made, and not by a run that asks for the store’s alone', async () => {
    await createConversationStore({ adapter: postgres({ pool, schema: later }) }).migrate()
    const tenants = () => [{ tenantId: 'later', database: later }]
    const run = createMigrator({ databases: postgresDatabases({ pool, publicSchema, migrations: POSTGRES_MIGRATIONS, tenants }) })
    const platformOnes = async () => {
      const live = await readLiveIndexes(session, later, { tables: ['conversations', 'messages'], names: [] })
      return live.filter(({ name }) => platformIndexes.some((index) => index.name === name)).length
    }
    await run.migrate({ indexSet: 'store' })
    expect(await platformOnes()).toBe(0)
    expect(await run.migrate()).toMatchObject({ tenants: [{ state: 'applied', migrations: ['platform/@003'] }] })
    expect(await platformOnes()).toBe(platformIndexes.length)
    expect(await run.migrate()).toMatchObject({ tenants: [{ state: 'up-to-date' }] })
  })

  test.each(platformQueries)('$index serves its query, or $covering does', async ({ index, covering, sql }) => {
    const plan = await indexesOfPlan(session, tenant, sql)
    expect(plan.rows).toBeGreaterThan(0)
    expect([[index], ...covering.map((name) => [name])]).toContainEqual(plan.indexes)
    // No row is read in vain, and nothing is sorted.
    expect(plan.removed).toBe(0)
    expect(plan.sorts).toBe(false)
  })

  test('are spared one of the two that order a conversation by time: either serves both ways', async () => {
    const pair = ['idx_messages_conversation_timestamp', 'idx_messages_conversation_timestamp_desc'] as const
    for (const [dropped, kept] of [pair, [pair[1], pair[0]] as const]) {
      const client = await pool.connect()
      const own = { query: async (text: string) => (await client.query(text)).rows }
      await client.query('begin')
      await client.query(`drop index "${tenant}".${dropped}`)
      for (const { index, sql } of platformQueries.filter(({ index }) => pair.some((name) => name === index))) {
        const plan = await indexesOfPlan(own, tenant, sql)
        expect([index, plan.indexes, plan.removed, plan.sorts]).toEqual([index, [kept], 0, false])
      }
      await client.query('rollback')
      client.release()
    }
  })

  test('are told each in the documents', async () => {
    const page = await readFile(new URL('../../docs/migrations/indexes-postgres.md', import.meta.url), 'utf8')
    for (const { name } of declared) expect(page).toContain(`\`${name}\``)
  })
})
