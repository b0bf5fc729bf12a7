import { expect, test } from 'vitest'
import type { IndexSyncOptions } from '../../src/migrator/kernel/index-findings.js'
import { buildIndex } from '../../src/postgres/migrator/indexes/build-index.js'
import { planIndexSync } from '../../src/postgres/migrator/indexes/plan-index-sync.js'
import { syncIndexes } from '../../src/postgres/migrator/indexes/sync-indexes.js'
import { chatsTable, chatsIndex as index, verdicts } from './chats-table.js'
import { buildTerms, emptySchema, indexesOf, openSession } from './index-scratch.js'

const everything: IndexSyncOptions = { indexSet: 'platform', prune: false, collection: null }

test('a sync creates, rebuilds and replaces; a second one finds nothing to do', async () => {
  const session = await openSession()
  const schema = await chatsTable(session)
  const chats = `"${schema}".chats`
  await session.query(`insert into ${chats} values ('a', '1', 'twice'), ('a', '2', 'twice')`)
  await session.query(`create unique index concurrently idx_status on ${chats} (status)`).catch(() => {})
  await session.query(`create index idx_name on ${chats} (name); create index forgotten on ${chats} (name, id)`)
  const declared = [
    index('idx_new', 'account_id, "when" desc', { where: `status = 'closed'` }),
    index('idx_status', 'status'),
    index('idx_name', 'account_id, name', { unique: true, where: 'name is not null' }),
  ]
  const planned = await planIndexSync(session, schema, declared, everything)
  const before = await indexesOf(session, schema)
  const told: string[] = []
  const done = await syncIndexes(session, schema, declared, everything, { ...buildTerms(), onDone: ({ index }) => told.push(index) })
  expect(done).toEqual(planned)
  expect(told).toEqual(['idx_new', 'idx_status', 'idx_name'])
  expect(
    planned.map(({ index, action, would }) => [index, action, ...would.map((statement) => statement.replaceAll(schema, 's'))]),
  ).toEqual([
    ['idx_new', 'create', `create index concurrently "idx_new" on "s"."chats" (account_id, "when" desc) where status = 'closed'`],
    ['idx_status', 'rebuild', 'drop index concurrently "s"."idx_status"', 'create index concurrently "idx_status" on "s"."chats" (status)'],
    [
      'idx_name',
      'replace',
      'create unique index concurrently "idx_name_next" on "s"."chats" (account_id, name) where name is not null',
      'drop index concurrently "s"."idx_name"',
      'alter index "s"."idx_name_next" rename to "idx_name"',
    ],
  ])
  const after = await indexesOf(session, schema)
  expect(after).not.toEqual(before)
  expect(after).toEqual([
    'chats_pkey: unique btree (account_id, id)',
    'forgotten: btree (name, id)',
    'idx_name: unique btree (account_id, name) WHERE (name IS NOT NULL)',
    `idx_new: btree (account_id, "when" DESC) WHERE (status = 'closed'::text)`,
    'idx_status: btree (status)',
    'one_name: unique btree (name)',
  ])
  expect(await planIndexSync(session, schema, declared, everything)).toEqual([])
  expect(await syncIndexes(session, schema, declared, everything, buildTerms())).toEqual([])
  expect(await indexesOf(session, schema)).toEqual(after)
})

test('a sync that was ended in the middle of a replacement is ended by the next one', async () => {
  const session = await openSession()
  const declared = [index('idx_name', 'account_id, name')]
  const statements = (schema: string) => [
    `create index idx_name on "${schema}".chats (name)`,
    `create index idx_name_next on "${schema}".chats (account_id, name)`,
    `drop index "${schema}".idx_name`,
  ]
  for (const ended of [1, 2, 3]) {
    const schema = await chatsTable(session)
    for (const statement of statements(schema).slice(0, ended)) await session.query(statement)
    for (const prune of [true, false]) await syncIndexes(session, schema, declared, { ...everything, prune }, buildTerms())
    expect(await indexesOf(session, schema)).toContain('idx_name: btree (account_id, name)')
    expect(await indexesOf(session, schema)).toHaveLength(3)
  }
})

test('only a sync that is asked to drops what no migration declares, and never a constraint or another table', async () => {
  const session = await openSession()
  const schema = await chatsTable(session)
  await session.query(`create index forgotten on "${schema}".chats (name, id)`)
  await session.query(`create table "${schema}".hosts_own (id text); create index hosts_index on "${schema}".hosts_own (id)`)
  const declared = [index('idx_status', 'status')]
  await syncIndexes(session, schema, declared, everything, buildTerms())
  expect(await indexesOf(session, schema)).toHaveLength(5)
  const prune = { ...everything, prune: true }
  const done = await syncIndexes(session, schema, declared, prune, buildTerms())
  expect(done.map(({ index, action }) => `${action} ${index}`)).toEqual(['drop forgotten'])
  expect(await syncIndexes(session, schema, declared, prune, buildTerms())).toEqual([])
  expect((await indexesOf(session, schema)).map((text) => text.split(':')[0])).toEqual([
    'chats_pkey',
    'hosts_index',
    'idx_status',
    'one_name',
  ])
})

test('what a constraint rests on, or another table has, is not replaced', async () => {
  const session = await openSession()
  const schema = await chatsTable(session)
  await session.query(`create table "${schema}".hosts_own (id text); create index hosts_index on "${schema}".hosts_own (id)`)
  for (const [name, obstacle] of [
    ['one_name', 'a constraint rests on the one that is there'],
    ['hosts_index', 'an index of hosts_own has its name'],
  ] as const) {
    const declared = [index(name, 'account_id, name')]
    expect(await planIndexSync(session, schema, declared, everything)).toMatchObject([{ action: 'replace', obstacles: [obstacle] }])
    await expect(syncIndexes(session, schema, declared, everything, buildTerms())).rejects.toMatchObject({
      code: 'INDEX_CONFLICT',
      details: { found: name, differences: [obstacle] },
    })
  }
  expect(await indexesOf(session, schema)).toHaveLength(3)
})

test('a plan is made in a read-only transaction, tells the duplicates that would stop it, and changes nothing', async () => {
  const session = await openSession()
  const schema = await chatsTable(session)
  await session.query(`insert into "${schema}".chats values ('a', '1', 'twice'), ('a', '2', 'twice'), ('a', '3', null), ('a', '4', null)`)
  await session.query(`create index idx_status on "${schema}".chats (status) where id in ('1', '2')`)
  await session.query('begin transaction read only')
  const [action] = await planIndexSync(session, schema, [index('idx_status', 'status', { unique: true, where: `id > ''` })], everything)
  const [sound] = await planIndexSync(session, schema, [index('idx_sound', 'id, account_id', { unique: true })], everything)
  const missing = await planIndexSync(session, schema, [{ ...index('idx_a', 'a', { unique: true }), table: 'not_there' }], everything)
  expect(await session.query('select 1 as alive')).toEqual([{ alive: 1 }])
  await session.query('commit')
  expect(action?.obstacles).toEqual([
    expect.stringMatching(/^2 rows share 1 key\(s\) of status; list them with select status, count\(\*\) from /),
  ])
  expect(action?.obstacles.join()).not.toContain('twice')
  expect(sound?.obstacles).toEqual([])
  expect(missing).toHaveLength(1)
  expect((await indexesOf(session, schema)).filter((text) => text.startsWith('idx_'))).toHaveLength(1)
})

test('the shares of a partitioned table are no findings; a half made index is rebuilt; another one is replaced', async () => {
  const session = await openSession()
  const schema = await emptySchema()
  await session.query(
    `create table "${schema}".chats (account_id text not null, status text, primary key (account_id)) partition by hash (account_id)`,
  )
  for (const n of [0, 1])
    await session.query(`create table "${schema}".chats_p${n} partition of "${schema}".chats for values with (modulus 2, remainder ${n})`)
  await session.query(`insert into "${schema}".chats select 'account' || n, 'open' from generate_series(1, 20) n`)
  const declared = [index('idx_status', 'account_id, status')]
  await session.query(`create index idx_status on only "${schema}".chats (account_id, status)`)
  expect(await verdicts(session, schema, declared)).toEqual(['idx_status invalid idx_status'])
  await syncIndexes(session, schema, declared, everything, buildTerms())
  expect(await verdicts(session, schema, declared)).toEqual(['idx_status equal idx_status'])
  const changed = [index('idx_status', 'account_id, status desc')]
  const [planned] = await planIndexSync(session, schema, changed, everything)
  expect(planned?.would.map((statement) => statement.replaceAll(schema, 's'))).toEqual([
    'create index "idx_status_next" on only "s"."chats" (account_id, status desc)',
    'create index concurrently "idx_status_next_chats_p0" on "s"."chats_p0" (account_id, status desc)',
    'alter index "s"."idx_status_next" attach partition "s"."idx_status_next_chats_p0"',
    'create index concurrently "idx_status_next_chats_p1" on "s"."chats_p1" (account_id, status desc)',
    'alter index "s"."idx_status_next" attach partition "s"."idx_status_next_chats_p1"',
    'drop index "s"."idx_status"',
    'alter index "s"."idx_status_next" rename to "idx_status"',
  ])
  await syncIndexes(session, schema, changed, everything, buildTerms())
  expect(await syncIndexes(session, schema, changed, { ...everything, prune: true }, buildTerms())).toEqual([])
})

test('a name that PostgreSQL would cut is refused before anything is made', async () => {
  const session = await openSession()
  const schema = await chatsTable(session)
  await expect(buildIndex(session, schema, index('ä'.repeat(32), 'name'), buildTerms())).rejects.toMatchObject({
    code: 'VALIDATION_FAILED',
  })
  const long = index('i'.repeat(63), 'name')
  await syncIndexes(session, schema, [long], everything, buildTerms())
  await syncIndexes(session, schema, [{ ...long, columns: 'name, id' }], everything, buildTerms())
  expect(await verdicts(session, schema, [{ ...long, columns: 'name, id' }])).toEqual([`${long.name} equal ${long.name}`])
})
