import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Client } from 'pg'
import { describe, expect, test } from 'vitest'
import { libraryVersion } from '../../src/migrator/kernel/library-version.js'
import { postgres, schemaSql } from '../../src/postgres/index.js'
import { expectedIndexes } from '../../src/postgres/schema/expected-schema.js'
import { expectedTables } from '../../src/postgres/schema/expected-tables.js'
import { latestSchema, storeMigrations } from '../../src/postgres/schema/steps.js'
import type { MigrationReport } from '../../src/store/adapter.js'
import { laterMigration } from '../contract/postgres-backend.js'
import { freshSchema } from './fresh-schema.js'
import { newSchemaName, onPglite, onServer, postgresUrl, recordStatements, scratchPool, sharedPglite } from './scratch-schema.js'
import { seedConversation, stamp } from './seed.js'

const run = promisify(execFile)
const all = storeMigrations.map(({ id }) => id)
const ok = { ok: true, schema: latestSchema, missing: [], different: [] }
const root = fileURLToPath(new URL('../../', import.meta.url))

test('20 migrations in 4 processes at once on an empty database make one schema', async () => {
  const database = newSchemaName()
  const admin = new Client({ connectionString: postgresUrl() })
  await admin.connect()
  await admin.query(`create database ${database}`)
  const url = Object.assign(new URL(postgresUrl()), { pathname: `/${database}` }).href
  try {
    const script = fileURLToPath(new URL('./migrate-in-process.ts', import.meta.url))
    const processes = await Promise.all(
      [1, 2, 3, 4].map(() => run(process.execPath, ['--import', 'tsx', script, url, 'store of "all"', '5'], { cwd: root })),
    )
    const reports = processes.flatMap(({ stdout }) => JSON.parse(stdout) as MigrationReport[])
    expect(reports).toHaveLength(20)
    expect(reports.filter(({ applied }) => applied.length > 0)).toEqual([{ applied: all, schema: latestSchema }])
    const pool = scratchPool({ connectionString: url })
    expect(await postgres({ pool, schema: 'store of "all"' }).checkSchema()).toEqual(ok)
    await pool.query('select')
  } finally {
    await admin.query(`drop database ${database} with (force)`)
    await admin.end()
  }
})

test('a second migration is one read', async () => {
  const { adapter, pool } = await onServer()
  const sent = recordStatements(pool)
  expect(await adapter.migrate()).toEqual({ applied: [], schema: latestSchema })
  expect(sent).toMatchObject([{ text: expect.stringContaining('conversation_store_migrations') }])
})

test.each([
  ['plain', undefined],
  ['hash-partitioned', 8],
])('the schema as %s SQL text is what migrate() makes, and records itself', async (_, partitions) => {
  const pool = scratchPool()
  const schema = `it's "a\\b" $do$ ${newSchemaName()}`
  const options = { schema, tablePrefix: 'p\'"$1; -- ', ...(partitions ? { partitions } : {}) }
  await pool.query(schemaSql(options))
  const adapter = postgres({ pool, ...options })
  expect(await adapter.migrate()).toEqual({ applied: [], schema: latestSchema })
  expect(await adapter.checkSchema()).toEqual(ok)
})

test('the schema as SQL text can be pasted into PGlite', async () => {
  const schema = newSchemaName()
  await sharedPglite().exec(schemaSql({ schema }))
  expect(await postgres({ pool: sharedPglite(), schema }).checkSchema()).toEqual(ok)
})

test('a table of the host that has a name of ours is named, and not waited for', async () => {
  const schema = newSchemaName()
  await sharedPglite().exec(`create schema ${schema}; create table ${schema}.messages (id int)`)
  const migrating = postgres({ pool: sharedPglite(), schema }).migrate()
  await expect(migrating).rejects.toMatchObject({
    code: 'UNSUPPORTED',
    details: {
      operation: 'migrate()',
      needs: 'no other object of that name (messages is there already): use another schema, or a tablePrefix',
    },
    cause: { code: '42P07' },
  })
  expect(await sharedPglite().query(`select tablename from pg_tables where schemaname = '${schema}'`)).toMatchObject({
    rows: [{ tablename: 'messages' }],
  })
  expect(await postgres({ pool: sharedPglite(), schema, tablePrefix: 'cs_' }).migrate()).toMatchObject({ schema: latestSchema })
})

describe('checkSchema tells', () => {
  test('of a database without the store that all tables are missing', async () => {
    const report = await postgres({ pool: scratchPool(), schema: newSchemaName() }).checkSchema()
    expect(report).toMatchObject({ ok: false, schema: 0, different: [] })
    expect(report.missing).toEqual(expect.arrayContaining(['table conversations', 'function mark_conversation_read', 'step 1 (tables)']))
    expect(report.missing.filter((object) => object.startsWith('column '))).toEqual([])
  })

  test('what was dropped and what was changed, by name', async () => {
    const { adapter, schema, query } = await onServer({ tablePrefix: 'cs_' })
    await query(`drop index "${schema}".cs_idx_conversations_user_phone`)
    await query(`create index cs_idx_conversations_user_phone on "${schema}".cs_conversations (account_id)`)
    await query(`drop index "${schema}".cs_idx_events_waiting_order`)
    await query(`alter table "${schema}".cs_contacts drop column metadata`)
    await query(`alter table "${schema}".cs_conversations drop constraint cs_conversations_status_check`)
    await query(`alter table "${schema}".cs_messages alter column seq drop not null, alter column error type varchar(10)`)
    await query(`alter table "${schema}".cs_messages add column note text`)
    await query(`drop function "${schema}".cs_connect_inbox`)
    await query(`grant execute on all functions in schema "${schema}" to public`)
    await query(`update "${schema}".cs_conversation_store_migrations set checksum = 'other' where version = '001'`)
    const report = await adapter.checkSchema()
    expect(report.missing).toEqual([
      expect.stringMatching(/^check on conversations: .*status/),
      'column contacts.metadata',
      'index idx_events_waiting_order',
      'function connect_inbox',
    ])
    expect(report.different).toEqual(
      expect.arrayContaining([
        'column messages.error',
        'column messages.seq',
        'index idx_conversations_user_phone',
        'function mark_conversation_read',
        'function bulk_upsert_conversations_with_events',
        'step 1 (tables)',
      ]),
    )
    await expect(adapter.migrate()).rejects.toMatchObject({ code: 'UNSUPPORTED', details: { operation: 'migrate()' } })
  })

  test('that a unique index was left invalid', async () => {
    const scratch = await onServer()
    await seedConversation(scratch, { customerId: 'lan' })
    await seedConversation(scratch, { customerId: 'minh' })
    await scratch.query(`drop index "${scratch.schema}".idx_inboxes_oa`)
    await scratch.query(`update pg_index set indisvalid = false where indexrelid = '"${scratch.schema}".idx_messages_seq'::regclass`)
    expect(await scratch.adapter.checkSchema()).toMatchObject({ missing: ['index idx_inboxes_oa'], different: ['index idx_messages_seq'] })
  })
})

test('a database that is newer than the library serves, and is not migrated', async () => {
  const { adapter, schema, query } = await onServer()
  const later = latestSchema + 1
  await query(laterMigration(`"${schema}".conversation_store_migrations`, later))
  await expect(adapter.migrate()).rejects.toMatchObject({ code: 'SCHEMA_TOO_NEW', details: { found: later, supported: latestSchema } })
  expect(await adapter.checkSchema()).toMatchObject({
    ok: false,
    schema: later,
    different: [`schema ${later}, which is newer than this library's ${latestSchema}`],
  })
  const find = { accountId: 'acme', conversationId: 'none', signal: null }
  expect(await adapter.operations.findConversation(find)).toBeNull()
  await query(`alter table "${schema}".conversations drop column nickname`)
  await expect(adapter.operations.findConversation(find)).rejects.toMatchObject({ code: 'SCHEMA_TOO_NEW' })
})

test('a store on a database without its schema names the call to make', async () => {
  const adapter = postgres({ pool: scratchPool(), schema: newSchemaName() })
  const find = adapter.operations.findConversation({ accountId: 'acme', conversationId: 'none', signal: null })
  await expect(find).rejects.toMatchObject({
    code: 'SCHEMA_OUT_OF_DATE',
    details: { missing: expect.arrayContaining(['step 1 (tables)', `the functions of schema ${latestSchema}`]) },
  })
  await expect(find).rejects.toThrow('store.migrate()')
  const connect = adapter.operations.connectInbox({ ...stamp(), inboxId: 'i', oaId: 'page', channel: 'api', patch: {} })
  await expect(connect).rejects.toMatchObject({ code: 'SCHEMA_OUT_OF_DATE' })
})

test('a role without the right to create schemas migrates into one that is there, and may then be the only one to call the functions', async () => {
  const admin = scratchPool()
  const role = newSchemaName()
  await admin.query(`create role ${role} login; create schema ${role} authorization ${role}`)
  const pool = scratchPool({ connectionString: Object.assign(new URL(postgresUrl()), { username: role }).href })
  expect(await postgres({ pool, schema: role }).migrate()).toMatchObject({ schema: latestSchema })
  await expect(postgres({ pool, schema: newSchemaName() }).migrate()).rejects.toMatchObject({ code: 'UNSUPPORTED' })
  const { rows } = await admin.query(
    `select p.proname from pg_proc p where p.pronamespace = '${role}'::regnamespace and (has_function_privilege('public', p.oid, 'execute') or p.prosecdef)`,
  )
  expect(rows).toEqual([])
  await pool.query(`drop schema ${role} cascade`)
  await admin.query(`drop role ${role}`)
})

test('the list of expected objects is what the steps make', async () => {
  expect({ ...expectedTables, ...Object.fromEntries(expectedIndexes()) }).toEqual(await freshSchema())
})

test('the ledger names the version of the package', async () => {
  const { version } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }
  expect(libraryVersion).toBe(version)
  const { query, schema } = await onPglite()
  expect(
    await query(`select id, state, steps, attempts, library_version from "${schema}".conversation_store_migrations order by seq`),
  ).toEqual(
    expect.arrayContaining([
      { id: 'conversation-store/@001', state: 'applied', steps: ['tables'], attempts: 1, library_version: version },
      { id: 'conversation-store/@functions', state: 'applied', steps: ['functions'], attempts: 1, library_version: version },
    ]),
  )
})
