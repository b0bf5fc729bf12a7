import { Client, Pool } from 'pg'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createMigrator } from '../../src/migrator/create-migrator.js'
import type { Tenant } from '../../src/migrator/databases.js'
import { type PostgresDatabasesOptions, postgresDatabases } from '../../src/platform/postgres/databases.js'
import { diagnose } from '../../src/platform/postgres/diagnose.js'
import { postgres } from '../../src/postgres/postgres.js'
import { latestSchema, storeMigrations } from '../../src/postgres/schema/steps.js'
import { isServerAbsent, serverUrl } from '../contract/server.js'
import { migrate, migration, revert, scratchTarget } from './migrate-target.js'
import { newSchemaName, postgresUrl, scratchPool, sharedPglite } from './scratch-schema.js'

function scratchDatabases(options: Partial<PostgresDatabasesOptions> = {}) {
  const { schema, query } = scratchTarget()
  return { schema, query, databases: postgresDatabases({ pool: scratchPool(), publicSchema: schema, migrations: [], ...options }) }
}

async function all(tenants: AsyncIterable<Tenant>): Promise<readonly Tenant[]> {
  const list: Tenant[] = []
  for await (const tenant of tenants) list.push(tenant)
  return list
}

describe('tenants', () => {
  test('come from client_configs in pages, those that were asked for in their order', async () => {
    const { databases, schema, query } = scratchDatabases()
    expect(await all(databases.tenants(null))).toEqual([])
    expect(await all(databases.tenants(['acme']))).toEqual([{ tenantId: 'acme', database: null, isUnknown: true }])
    await query(`create schema ${schema}; create table ${schema}.client_configs (config_id int primary key, schema_name text)`)
    await query(
      `insert into ${schema}.client_configs select n, 't' || n from generate_series(1, 1001) n; update ${schema}.client_configs set schema_name = null where config_id = 7`,
    )
    const tenants = await all(databases.tenants(null))
    expect(tenants).toHaveLength(1001)
    expect(new Set(tenants.map(({ tenantId }) => tenantId)).size).toBe(1001)
    expect(await all(databases.tenants(['9', '7', 'nobody', '9']))).toEqual([
      { tenantId: '9', database: 't9' },
      { tenantId: '7', database: null },
      { tenantId: 'nobody', database: null, isUnknown: true },
    ])
  })

  test('come from other names, or from a function', async () => {
    const { databases, schema, query } = scratchDatabases({
      tenants: { collection: 'Workspaces', tenantId: 'workspace "id"', database: 'db' },
    })
    await query(
      `create schema ${schema}; create table ${schema}."Workspaces" ("workspace ""id""" text, db text); insert into ${schema}."Workspaces" values ('a', 'b')`,
    )
    expect(await all(databases.tenants(null))).toEqual([{ tenantId: 'a', database: 'b' }])
    const given = scratchDatabases({
      tenants: () => [
        { tenantId: 'x', database: 'y' },
        { tenantId: 'z', database: null },
      ],
    }).databases
    expect(await all(given.tenants(null))).toHaveLength(2)
    expect(await all(given.tenants(['x', 'gone']))).toEqual([
      { tenantId: 'x', database: 'y' },
      { tenantId: 'gone', database: null, isUnknown: true },
    ])
  })

  test('are never given a schema that is none of theirs', () => {
    const { databases } = scratchDatabases()
    for (const name of ['pg_catalog', 'information_schema', 'PG_toast', '', 'a'.repeat(64)])
      expect(() => databases.tenantTarget(name)).toThrow(expect.objectContaining({ code: 'VALIDATION_FAILED' }))
    expect(databases.tenantTarget('acme"; drop schema x; --').database).toBe('acme"; drop schema x; --')
  })

  test('that failed are remembered until they are cleared', async () => {
    const {
      databases: { failures },
    } = scratchDatabases()
    expect(await failures.list()).toEqual([])
    await failures.clear('acme')
    const failure = { tenantId: 'acme', database: 't1', migration: '@001', step: 'up', message: 'no' }
    await Promise.all([failures.record(failure), failures.record({ ...failure, tenantId: 'other', migration: null, step: null })])
    await failures.record({ ...failure, message: 'again' })
    expect(await failures.list()).toHaveLength(2)
    expect(await failures.list()).toContainEqual({ ...failure, message: 'again' })
    await failures.clear('acme')
    expect(await failures.list()).toEqual([{ ...failure, tenantId: 'other', migration: null, step: null }])
  })
})

const ofTheStore = storeMigrations.map(({ id, repeatable }) => `conversation-store/@${repeatable ? 'functions' : id.slice(0, 3)}`)

test('a tenant has the store, which is then the one that store.migrate() makes', async () => {
  const { databases, schema } = scratchDatabases({
    migrations: [migration({ id: '001-public', isTenant: false, steps: [{ name: 'p', sql: 'select 1' }] }), ...storeMigrations],
  })
  const tenant = databases.tenantTarget(schema)
  expect(databases.publicTarget.migrations.map(({ name }) => name)).toEqual(['001-public'])
  expect(await migrate(tenant)).toEqual(ofTheStore)
  const adapter = postgres({ pool: scratchPool(), schema })
  expect(await adapter.migrate()).toEqual({ applied: [], schema: latestSchema })
  expect(await adapter.checkSchema()).toMatchObject({ ok: true })
  const findings = await tenant.compareIndexes('platform')
  expect(findings.filter(({ verdict }) => verdict !== 'equal')).toEqual(findings.filter(({ index }) => index.endsWith('_pkey')))
  expect(findings).toContainEqual(expect.objectContaining({ index: 'idx_conversations_user_phone', verdict: 'equal' }))
  expect(await tenant.previewIndexes({ indexSet: 'platform', prune: true, collection: null })).toEqual([])
})

test('the store can be taken back and made again', async () => {
  const { databases, schema, query } = scratchDatabases({ migrations: storeMigrations })
  const tenant = databases.tenantTarget(schema)
  await migrate(tenant)
  expect(await revert(tenant, '0')).toEqual([...ofTheStore].reverse())
  expect(
    await query(
      `select relname from pg_class where relnamespace = '${schema}'::regnamespace and relkind = 'r' union all select proname from pg_proc where pronamespace = '${schema}'::regnamespace`,
    ),
  ).toEqual([{ relname: 'conversation_store_migrations' }])
  await migrate(tenant)
  expect(await postgres({ pool: scratchPool(), schema }).checkSchema()).toMatchObject({ ok: true })
})

describe('the doctor', () => {
  const states = async (...args: Parameters<typeof diagnose>) =>
    Object.fromEntries((await diagnose(...args)).map(({ check, state, found }) => [check, `${state}: ${found}`]))

  test('finds a leftover of a failed build and a long transaction, without what it runs', async () => {
    const { schema, query } = scratchTarget()
    await query(`create schema ${schema}; create table ${schema}.t (id int); insert into ${schema}.t values (1), (1)`)
    await query(`create unique index concurrently idx_left on ${schema}.t (id)`).catch(() => {})
    const old = new Client({ connectionString: postgresUrl(), application_name: `old ${schema}` })
    await old.connect()
    onTestFinished(() => old.end())
    await old.query("begin; select 'secret'")
    const found = await states(scratchPool(), schema, { longTransactionMs: 0 })
    expect(found).toMatchObject({
      'server version': expect.stringMatching(/^ok: PostgreSQL \d/),
      rights: expect.stringMatching(/^ok/),
      transactions: expect.stringMatching(/^ok/),
      pooler: expect.stringMatching(/^ok/),
      'unique indexes': expect.stringMatching(/^ok/),
      clock: expect.stringMatching(/^ok/),
    })
    expect(found.indexes).toContain(`${schema}.idx_left`)
    expect(JSON.stringify(found)).not.toContain('secret')
    expect(found['long transactions']).toMatch(/^warning: /)
  })

  test.skipIf(isServerAbsent('pgbouncer'))('finds a pooler in transaction mode, and a role without rights', async () => {
    const admin = scratchPool()
    const role = newSchemaName()
    await admin.query(`create role ${role} login; create schema ${role}; grant usage on schema ${role} to ${role}`)
    onTestFinished(async () => {
      const client = new Client({ connectionString: postgresUrl() })
      await client.connect()
      await client.query(`drop schema ${role}; drop role ${role}`)
      await client.end()
    })
    const pool = new Pool({ connectionString: serverUrl('pgbouncer'), max: 4 })
    onTestFinished(() => pool.end())
    expect((await states(pool, 'public')).pooler).toMatch(/^warning: a pooler in transaction mode/)
    const weak = scratchPool({ connectionString: Object.assign(new URL(postgresUrl()), { username: role }).href })
    expect((await states(weak, role)).rights).toMatch(/^problem: .*may not create schemas.*nor create in the schema/)
  })

  test.skipIf(isServerAbsent('postgres'))('agrees with a dry run, which a right that is lacking is sure to stop', async () => {
    const { schema, query } = scratchDatabases()
    const role = newSchemaName()
    await query(`create role ${role} login`)
    onTestFinished(async () => {
      await query(`drop owned by ${role}; drop role ${role}`)
    })
    const weak = scratchPool({ connectionString: Object.assign(new URL(postgresUrl()), { username: role }).href })
    const dryRun = (publicSchema: string) => {
      const databases = postgresDatabases({
        pool: weak,
        publicSchema,
        migrations: storeMigrations.map((each) => ({ ...each, isPublic: true })),
      })
      return createMigrator({ databases }).migrate({ dryRun: true, publicOnly: true })
    }
    const creation = async (publicSchema: string) => {
      const { verdict, public: report } = await dryRun(publicSchema)
      expect(verdict).toBe('obstructed')
      return report?.creation
    }
    const absent = newSchemaName()
    const database = (await query('select current_database()::text as name'))[0]?.name
    expect(await creation(absent)).toEqual({
      step: 'creation',
      would: [`create schema "${absent}"`],
      count: null,
      stops: true,
      obstacles: [`${role} may not create it: grant create on database "${database}" to "${role}"`],
    })
    await query(`create schema if not exists ${schema}; grant usage on schema ${schema} to ${role}`)
    expect(await creation(schema)).toMatchObject({
      would: [],
      obstacles: [`${role} may not create in the schema ${schema}: grant usage, create on schema "${schema}" to "${role}"`],
    })
    await query(`grant create on schema ${schema} to ${role}`)
    const { verdict, public: report } = await dryRun(schema)
    expect([verdict, report?.creation]).toEqual(['done', undefined])
  })

  test.skipIf(isServerAbsent('postgres'))('agrees with a migration: a role that may create and does not own the tables fails', async () => {
    const { databases, schema, query } = scratchDatabases({ migrations: storeMigrations })
    await migrate(databases.tenantTarget(schema))
    const role = newSchemaName()
    const owner = (await query('select current_user::text as name'))[0]?.name
    await query(`create role ${role} login; grant usage, create on schema ${schema} to ${role}`)
    onTestFinished(async () => {
      await query(`drop owned by ${role}; drop role ${role}`)
    })
    const weak = scratchPool({ connectionString: Object.assign(new URL(postgresUrl()), { username: role }).href })
    expect((await states(weak, schema)).rights).toBe(
      `problem: ${role} may not change the tables of ${schema}, which only their owner may: connect as ${owner}, or grant ${owner} to it`,
    )
  })

  test('looks at PGlite', async () => {
    const found = await diagnose(sharedPglite(), 'public')
    expect(found.map(({ state }) => state)).toEqual(Array(9).fill('ok'))
  })
})
