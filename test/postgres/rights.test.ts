import { readFile } from 'node:fs/promises'
import { escapeIdentifier, Pool } from 'pg'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createConversationStore } from '../../src/index.js'
import { memory } from '../../src/memory/index.js'
import { postgres, schemaSql } from '../../src/postgres/index.js'
import { createNames } from '../../src/postgres/names.js'
import { openLikeSql } from '../../src/postgres/schema/rights.js'
import { as, functionsIn, newRole, poolAs, relationsIn, supabase, useEverything } from './rights-kit.js'
import { newSchemaName, onServer, postgresUrl } from './scratch-schema.js'

describe.each([
  ['plain tables', {}, 15],
  ['tables of 3 partitions', { partitions: 3 }, 54],
] as const)('under the default privileges of Supabase, with %s', (_, options, tables) => {
  test('the roles of end users are refused every table, every partition and every function', async () => {
    const { pool, schema, anon, authenticated } = await supabase(options)
    const relations = await relationsIn(pool, schema)
    const functions = await functionsIn(pool, schema)
    expect(relations.length).toBe(tables)
    expect(functions.length).toBeGreaterThan(20)
    for (const role of [anon, authenticated]) {
      await as(pool, role, async (client) => {
        for (const relation of relations) {
          for (const statement of [`select 1 from ${relation}`, `delete from ${relation}`, `insert into ${relation} default values`]) {
            await expect(client.query(statement), statement).rejects.toMatchObject({ code: '42501' })
          }
        }
        for (const { call } of functions) await expect(client.query(call), call).rejects.toMatchObject({ code: '42501' })
      })
    }
    const { rows } = await pool.query(
      `select bool_and(c.relrowsecurity) as on from pg_class c where c.relnamespace = $1::regnamespace and c.relkind in ('r', 'p')`,
      [schema],
    )
    expect(rows).toEqual([{ on: true }])
  })

  test('the service role, which row security does not hold, calls the functions and reads', async () => {
    const { pool, schema, service } = await supabase(options)
    await as(pool, service, async (client) => {
      const payload = { account_id: 'acme', oa_id: 'page', customer_id: 'lan', events: [{ type: 'message', message_id: 'm', text: 'x' }] }
      await client.query(`select ${schema}.upsert_conversation_with_events($1::jsonb)`, [JSON.stringify(payload)])
      expect((await client.query(`select text from ${schema}.messages`)).rows).toEqual([{ text: 'x' }])
    })
  })

  test('a serving role does everything, and the schema then tells nothing about rights', async () => {
    const { pool, schema } = await supabase(options)
    const app = await newRole(pool, 'app')
    expect((await createConversationStore({ adapter: postgres({ pool: poolAs(app), schema }) }).checkSchema()).rights).toEqual([
      expect.stringMatching(`the role ${app} lacks a policy on contact_inboxes and \\d+ more`),
    ])
    const owner = createConversationStore({ adapter: postgres({ ...options, pool, schema }) })
    await owner.migrate({ servingRoles: [app] })
    expect(await owner.migrate({ servingRoles: [app] })).toMatchObject({ applied: [] })
    const store = createConversationStore({ adapter: postgres({ ...options, pool: poolAs(app), schema }) })
    await useEverything(store)
    expect(await store.checkSchema()).toEqual({ ok: true, schema: expect.any(Number), missing: [], different: [] })
  })
})

test('a pasted schema is closed as a migrated one is', async () => {
  const { pool, anon } = await supabase()
  const schema = newSchemaName()
  await pool.query(`create schema ${schema}; grant usage on schema ${schema} to ${anon}`)
  onTestFinished(async () => {
    const owner = new Pool({ connectionString: postgresUrl(), max: 1 })
    await owner.query(`drop schema ${schema} cascade`)
    await owner.end()
  })
  await pool.query(`alter default privileges in schema ${schema} grant all on tables to ${anon}`)
  await pool.query(schemaSql({ schema }))
  await as(pool, anon, async (client) => {
    for (const relation of await relationsIn(pool, schema)) {
      await expect(client.query(`select 1 from ${relation}`)).rejects.toMatchObject({ code: '42501' })
    }
  })
})

test('another serving role may be added later, and what the host grants stands', async () => {
  const { pool, schema } = await onServer()
  const [app, jobs, reports] = [await newRole(pool, 'app'), await newRole(pool, 'jobs'), await newRole(pool, 'reports')]
  const store = createConversationStore({ adapter: postgres({ pool, schema }) })
  await store.migrate({ servingRoles: [app] })
  await pool.query(`grant usage on schema ${schema} to ${reports}; grant select on ${schema}.messages to ${reports}`)
  await pool.query(`grant execute on function ${schema}.preview_of(text, jsonb) to ${reports}`)
  await pool.query(`create policy reports on ${schema}.messages for select to ${reports} using (account_id = 'acme')`)
  await functionsRunAgain(pool, schema)
  await store.migrate({ servingRoles: [jobs] })
  for (const role of [app, jobs]) {
    const account = createConversationStore({ adapter: postgres({ pool: poolAs(role), schema }) }).forAccount('acme')
    await account.upsertConversationWithEvents({
      oaId: 'page',
      customerId: 'lan',
      events: [{ type: 'message', messageId: role, text: 'x' }],
    })
  }
  await as(pool, reports, async (client) => {
    expect((await client.query(`select 1 from ${schema}.messages`)).rows.length).toBe(2)
    expect((await client.query(`select ${schema}.preview_of('x', '[]') as shown`)).rows).toEqual([{ shown: 'x' }])
  })
})

async function functionsRunAgain(pool: Pool, schema: string): Promise<void> {
  await pool.query(`update ${schema}.conversation_store_migrations set checksum = 'former', version = '002' where name like '%-functions'`)
}

test('a store whose roles were granted their rights by hand keeps them: they may call what is new, and use a table that a later step makes', async () => {
  const { pool, schema } = await onServer()
  const [app, stranger] = [await newRole(pool, 'app'), await newRole(pool, 'stranger')]
  for (const relation of await relationsIn(pool, schema)) await pool.query(`alter table ${relation} disable row level security`)
  await pool.query(`drop function ${schema}.problem_of(text, jsonb); drop function ${schema}.is_event_within(jsonb)`)
  await pool.query(
    `grant usage on schema ${schema} to ${app}; grant select, insert, update, delete on all tables in schema ${schema} to ${app}`,
  )
  await pool.query(`grant execute on all functions in schema ${schema} to ${app}`)
  await pool.query(`alter default privileges in schema ${schema} grant all on tables to ${stranger}`)
  await functionsRunAgain(pool, schema)
  const owner = createConversationStore({ adapter: postgres({ pool, schema }) })
  expect((await owner.migrate()).applied).toEqual([expect.stringMatching(/^\d+-functions$/)])
  await pool.query(`create table ${schema}.notes (id int)`)
  await pool.query(openLikeSql(createNames({ schema }), 'notes', 'conversations'))
  await as(pool, app, (client) => client.query(`insert into ${schema}.notes values (1)`))
  await pool.query(`grant usage on schema ${schema} to ${stranger}`)
  await as(pool, stranger, (client) => expect(client.query(`select from ${schema}.notes`)).rejects.toMatchObject({ code: '42501' }))
  const store = createConversationStore({ adapter: postgres({ pool: poolAs(app), schema }) })
  await useEverything(store)
  expect(await store.checkSchema()).toMatchObject({
    ok: true,
    rights: [expect.stringMatching(`^the role ${app} has rights on acquire_lease and \\d+ more$`)],
  })
})

test('checkSchema tells a stranger with rights, and a serving role that lacks some', async () => {
  const { pool, schema } = await onServer()
  const [app, stranger] = [await newRole(pool, 'app'), await newRole(pool, 'stranger')]
  const store = createConversationStore({ adapter: postgres({ pool, schema }) })
  await store.migrate({ servingRoles: [app] })
  expect((await store.checkSchema()).rights).toBe(undefined)
  await pool.query(`revoke delete on ${schema}.messages from ${app}; drop policy conversation_store_serving on ${schema}.contacts`)
  await pool.query(`grant select on ${schema}.inboxes to ${stranger}; grant execute on function ${schema}.new_row_id() to public`)
  expect((await store.checkSchema()).rights).toEqual([
    `the role ${app} has rights on contacts`,
    `the role ${app} lacks a policy on contacts and 1 more`,
    'the role public has rights on new_row_id',
    `the role ${stranger} has rights on inboxes`,
  ])
})

test('serving roles are refused where there are none, and so is a role that is missing', async () => {
  const { pool, schema } = await onServer()
  const store = createConversationStore({ adapter: postgres({ pool, schema }) })
  await expect(store.migrate({ servingRoles: ['no such role'] })).rejects.toMatchObject({ code: 'VALIDATION_FAILED' })
  await expect(store.migrate({ servingRoles: [''] })).rejects.toMatchObject({ code: 'VALIDATION_FAILED' })
  const inMemory = createConversationStore({ adapter: memory() })
  await expect(inMemory.migrate({ servingRoles: ['app'] })).rejects.toMatchObject({ code: 'UNSUPPORTED' })
})

test('policies by account let one role see the rows of one account at a time', async () => {
  const { pool, schema } = await onServer()
  const app = await newRole(pool, 'app')
  const store = createConversationStore({ adapter: postgres({ pool, schema }) })
  const customer = { oaId: 'page', customerId: 'lan' }
  for (const account of ['acme', 'globex']) await store.forAccount(account).upsertConversation({ ...customer, nickname: account })
  await pool.query(await recipe(schema, app))
  const serving = createConversationStore({ adapter: postgres({ pool: poolAs(app), schema }) })
  const client = await poolAs(app).connect()
  await client.query('begin')
  await client.query(`select set_config('app.account_id', 'acme', true)`)
  const { rows } = await client.query(`select account_id from ${escapeIdentifier(schema)}.conversations`)
  expect(rows).toEqual([{ account_id: 'acme' }])
  const inside = serving.using(client)
  expect(await inside.forAccount('acme').findByOaAndCustomer(customer)).toMatchObject({ nickname: 'acme' })
  expect(await inside.forAccount('globex').findByOaAndCustomer(customer)).toBe(null)
  expect((await inside.forAccount('acme').updateNickname({ ...customer, nickname: 'A' })).outcome).toBe('updated')
  await expect(inside.forAccount('globex').upsertConversation({ ...customer, customerId: 'minh' })).rejects.toMatchObject({
    code: 'UNSUPPORTED',
  })
  await client.query('rollback')
  expect((await client.query(`select 1 from ${escapeIdentifier(schema)}.conversations`)).rows).toEqual([])
  client.release()
})

/** The SQL of the recipe in docs/postgres.md, for the schema and the role of the test. */
async function recipe(schema: string, role: string): Promise<string> {
  const page = await readFile(new URL('../../docs/postgres.md', import.meta.url), 'utf8')
  const [, text = ''] = /```sql\n(-- Policies by account.*?)```/s.exec(page) ?? []
  return text.replaceAll('chat', schema).replaceAll('app_role', role)
}
