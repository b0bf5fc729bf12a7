import { Client } from 'pg'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { PostgresDriver } from '../../src/postgres/index.js'
import { postgres } from '../../src/postgres/index.js'
import type { PostgresMigration } from '../../src/postgres/migrator/migration.js'
import { runnableMigrations } from '../../src/postgres/migrator/runnable.js'
import { postgresTarget } from '../../src/postgres/migrator/target.js'
import { createNames } from '../../src/postgres/names.js'
import { latestSchema, storeMigrations } from '../../src/postgres/schema/steps.js'
import { present } from '../contract/present.js'
import { migrate, migration } from '../postgres/migrate-target.js'
import { newSchemaName, postgresUrl, scratchPool } from '../postgres/scratch-schema.js'
import { newPglite } from '../servers/pglite.js'
import { expectUsable } from './expect-usable.js'
import { inPartitions, loadPostgres, type SqlDatabase } from './postgres-snapshot.js'
import { readSnapshot, snapshotVersions } from './snapshot.js'
import { expectUpgraded } from './upgraded.js'

interface EmptyDatabase extends SqlDatabase {
  readonly pool: PostgresDriver
}

/** A database of its own on the server, because a snapshot is for the schema `public`. */
async function onServer(): Promise<EmptyDatabase> {
  const name = newSchemaName()
  const admin = new Client({ connectionString: postgresUrl() })
  await admin.connect()
  await admin.query(`create database ${name}`)
  onTestFinished(async () => {
    await admin.query(`drop database ${name}`)
    await admin.end()
  })
  const pool = scratchPool({ connectionString: Object.assign(new URL(postgresUrl()), { pathname: `/${name}` }).href })
  return { pool, exec: (text) => pool.query(text), query: async (text, values = []) => (await pool.query(text, values)).rows }
}

async function onPglite(): Promise<EmptyDatabase> {
  const pool = newPglite()
  onTestFinished(() => pool.close())
  return {
    pool,
    exec: (text) => pool.exec(text),
    query: async (text, values = []) => (await pool.query<Record<string, unknown>>(text, values)).rows,
  }
}

async function loaded(version: string, open: () => Promise<EmptyDatabase>, made = (schema: string) => schema) {
  const snapshot = readSnapshot(version)
  const database = await open()
  await loadPostgres(database, { ...snapshot.postgres, schema: made(snapshot.postgres.schema) })
  return { ...database, snapshot, adapter: postgres({ pool: database.pool }) }
}

/** Runs migrations as a program does that has these beside the store's. */
function run(pool: PostgresDriver, migrations: readonly PostgresMigration[]): Promise<unknown> {
  return migrate(postgresTarget({ pool, names: createNames({}), migrations: runnableMigrations(migrations) }))
}

const versions = snapshotVersions()
const newest = present(versions.at(-1))

describe.each([
  ['PostgreSQL', onServer, undefined],
  ['PostgreSQL, partitioned', onServer, inPartitions],
  ['PGlite', onPglite, undefined],
] as const)('on %s', (_, open, made) => {
  test.each(versions)('what version %s left is upgraded, and nothing of it is lost', async (version) => {
    const { snapshot, adapter } = await loaded(version, open, made)
    await expectUpgraded(snapshot, adapter)
    expect(await adapter.migrate()).toEqual({ applied: [], schema: latestSchema })
  })
})

describe('a step that', () => {
  const planted = async (sql: string) => {
    const { snapshot, adapter, pool } = await loaded(newest, onServer)
    const step = migration({ id: '001-planted', steps: [{ name: 'planted', sql }] })
    return expectUpgraded(snapshot, adapter, () => run(pool, [...storeMigrations, step]))
  }

  test('only adds loses nothing', async () => {
    await planted('alter table public.conversations add column priority integer')
  })

  test.each([
    ['loses text', `update public.messages set text = '' where message_id = 'lan-1'`, 'everything that a host reads'],
    ['loses a conversation', `delete from public.conversations where customer_id = 'tuan'`, 'everything that a host reads'],
    ['counts unread messages anew', 'update public.conversations set unread_count = 0', 'everything that a host reads'],
    ['loses events', `delete from public.contact_interaction_events where type = 'message'`, 'everything that a host reads'],
    ['forgets what waits', 'delete from public.contact_interaction_events where conversation_id is null', 'a reaction that waited'],
    ['forgets under which ids somebody wrote', 'update public.contact_inboxes set scopes = null', 'what the other id has said'],
    ['forgets how to undo a merge of contacts', 'delete from public.contact_merges', 'there is no such merge'],
    ['drops an index', 'drop index public.idx_messages_time', 'the schema'],
    ['changes a column', 'alter table public.messages alter column error type varchar(10)', 'the schema'],
    ['drops a function', 'drop function public.new_row_id()', 'the schema'],
  ])('%s is found', async (_, sql, found) => {
    await expect(planted(sql)).rejects.toThrow(found)
  })
})

test('an older version goes on writing and reading beside a newer schema, and does not migrate it', async () => {
  const { snapshot, adapter, pool, query } = await loaded(newest, onServer)
  await adapter.migrate()
  const numbered = storeMigrations.filter(({ repeatable }) => !repeatable)
  const functions = present(storeMigrations.find(({ repeatable }) => repeatable))
  const newer: readonly PostgresMigration[] = [
    ...numbered,
    {
      ...present(numbered[0]),
      id: '901-priorities',
      steps: [
        {
          name: 'priorities',
          sql: [
            'alter table public.conversations add column priority integer, add column is_new boolean not null default true',
            'create table public.priorities (account_id text not null, id text not null, primary key (account_id, id))',
            'create index idx_conversations_priority on public.conversations (account_id, priority, id)',
          ],
        },
      ],
    },
    {
      ...functions,
      id: '902-functions',
      steps: [...functions.steps, { name: 'priority', sql: `create function public.priority() returns int language sql as 'select 1'` }],
    },
  ]
  await run(pool, newer)
  await query('update public.conversations set priority = 7')

  await expect(adapter.migrate()).rejects.toMatchObject({ code: 'SCHEMA_TOO_NEW', details: { found: 902, supported: latestSchema } })
  expect(await adapter.checkSchema()).toMatchObject({
    ok: false,
    missing: [],
    different: [`schema 902, which is newer than this library's ${latestSchema}`],
  })
  await expectUsable(adapter, snapshot.facts)
  const left = await query(
    `select distinct customer_id, status, priority, is_new from public.conversations where customer_id = 'lan' and account_id = 'acme'`,
  )
  expect(left, 'the columns that the older version does not know').toEqual(
    expect.arrayContaining([
      { customer_id: 'lan', status: 'closed', priority: 7, is_new: true },
      { customer_id: 'lan', status: 'open', priority: null, is_new: true },
    ]),
  )
})
