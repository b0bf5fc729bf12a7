import { expect, test } from 'vitest'
import { compareIndexes } from '../../src/postgres/migrator/indexes/compare-indexes.js'
import type { PostgresIndex } from '../../src/postgres/migrator/migration.js'
import { chatsTable, chatsIndex as index, verdicts } from './chats-table.js'
import { openSession } from './index-scratch.js'

test('an index is the same however its declaration is written, where the server takes it for the same', async () => {
  const session = await openSession()
  const schema = await chatsTable(session)
  const written: readonly (readonly [string, string, string?, string?])[] = [
    ['account_id, "when" desc, id desc', 'ACCOUNT_ID,"when" DESC NULLS FIRST , "id"  desc'],
    ['account_id asc nulls last, status', 'account_id, status asc'],
    ['status nulls first', 'status NULLS FIRST'],
    ['status desc nulls last', 'status   desc nulls last'],
    ['account_id', 'account_id', `status <> 'closed' and name is not null`, `(((status <> 'closed'::text) AND (name IS NOT NULL)))`],
    ['account_id', 'account_id', `status in ('open', 'Snoozed')`, `status = any (array['open', 'Snoozed'])`],
    [
      'account_id',
      'account_id',
      `status is not null and (name is null and id <> '')`,
      `(status is not null and name is null) and id <> ''`,
    ],
    ['lower(name), account_id', '(lower(name)), account_id'],
    // The server prints this one in several lines.
    [`(case when status = 'open' then 1 else 2 end), account_id`, `(CASE WHEN status = 'open' THEN 1 ELSE 2 END), account_id`],
    [`(coalesce(name, 'a, (b') || id) desc`, `((coalesce(name, 'a, (b')) || id) desc`],
    ['name collate "POSIX" text_pattern_ops desc', 'name collate pg_catalog."POSIX" text_pattern_ops desc'],
    ['account_id, name', 'account_id collate "C", name collate "default"'],
  ]
  const declared = written.map(([, columns, , where], n) => index(`idx_${n}`, columns, where === undefined ? {} : { where }))
  for (const [n, [columns, , where]] of written.entries())
    await session.query(`create index idx_${n} on "${schema}".chats (${columns})${where === undefined ? '' : ` where ${where}`}`)
  expect(await verdicts(session, schema, declared)).toEqual(declared.map(({ name }) => `${name} equal ${name}`))
})

test('what differs is told by field, and nothing else is taken for it', async () => {
  const session = await openSession()
  const schema = await chatsTable(session)
  const cases: readonly (readonly [string, Partial<PostgresIndex>, string])[] = [
    ['(account_id, status)', { columns: 'status, account_id' }, 'columns'],
    ['(account_id, status)', { columns: 'account_id' }, 'columns'],
    ['(account_id, status)', { columns: 'account_id, status desc' }, 'columns'],
    ['(lower(name))', { columns: 'upper(name)' }, 'columns'],
    ['(status)', { columns: 'status collate "C"' }, 'columns'],
    ['(status collate "C")', { columns: 'status' }, 'columns'],
    ['(status text_pattern_ops)', { columns: 'status' }, 'columns'],
    ['(status)', { columns: 'status', unique: true }, 'unique'],
    [`(status) where name is not null`, { columns: 'status' }, 'where'],
    [`(status) where status = 'open'`, { columns: 'status', where: `status = 'OPEN'` }, 'where'],
    [
      `(status) where name is null or (id = '' and status = '')`,
      { columns: 'status', where: `(name is null or id = '') and status = ''` },
      'where',
    ],
    ['(status) include (name)', { columns: 'status' }, 'include'],
    ['(status) include (name)', { columns: 'status', include: 'name, id' }, 'include'],
    ['using hash (status)', { columns: 'status' }, 'method'],
    ['(status text_ops)', { columns: 'status text_pattern_ops' }, 'columns'],
    [`(status) where name > 'a' collate "C"`, { columns: 'status', where: `name > 'a' collate "POSIX"` }, 'where'],
    [`(lower(name collate "C"))`, { columns: 'lower(name collate "POSIX")' }, 'columns'],
    ['using brin (account_id) with (pages_per_range = 2)', { method: 'brin', columns: 'id' }, 'columns'],
  ]
  for (const [n, [definition]] of cases.entries()) {
    await session.query(`create index idx_${n} on "${schema}".chats ${definition}`)
  }
  const findings = await compareIndexes(
    session,
    schema,
    cases.map(([, more], n) => ({ ...index(`idx_${n}`, ''), ...more })),
  )
  expect(findings.map(({ verdict, differences }) => `${verdict} ${differences.map((text) => text.split(':')[0])}`)).toEqual(
    cases.map(([, , field]) => `differs ${field}`),
  )
})

test('how an index is stored makes no difference', async () => {
  const session = await openSession()
  const schema = await chatsTable(session)
  await session.query(
    `create index idx_status on "${schema}".chats (status) with (fillfactor = 70, deduplicate_items = off) where name is not null`,
  )
  expect(await verdicts(session, schema, [index('idx_status', 'status', { where: 'name is not null' })])).toEqual([
    'idx_status equal idx_status',
  ])
})

test('each verdict: missing, renamed, key reused, invalid, building and unmanaged, but never what a constraint rests on', async () => {
  const [session, builder, other] = [await openSession(), await openSession(), await openSession()]
  const schema = await chatsTable(session)
  const chats = `"${schema}".chats`
  await session.query(`insert into ${chats} values ('a', '1', 'twice'), ('a', '2', 'twice')`)
  await session.query(`create index hand_made on ${chats} (account_id, status)`)
  await session.query(`create index other_key on ${chats} (status, name) where name is not null`)
  await session.query(`create unique index concurrently idx_status on ${chats} (status)`).catch(() => {})
  await session.query(`create index forgotten on ${chats} (name)`)
  await session.query(`create table "${schema}".hosts_own (id text); create index hosts_index on "${schema}".hosts_own (id)`)
  await other.query('begin isolation level repeatable read; select count(*) from pg_class')
  const building = builder.query(`create index concurrently idx_built on ${chats} (id)`)
  while (
    (await session.query(`select from pg_stat_progress_create_index where phase like 'waiting%old%' and pid = ${builder.pid}`)).length === 0
  );
  const found = await verdicts(session, schema, [
    index('idx_missing', 'account_id, id desc'),
    index('idx_renamed', 'account_id, status'),
    index('idx_reused', 'status, name'),
    index('idx_status', 'status', { unique: true }),
    index('idx_built', 'id'),
    index('idx_left_out', 'account_id, name', { indexSet: 'platform' }),
  ])
  await other.query('commit')
  await building
  expect(found).toEqual([
    'idx_missing missing null',
    'idx_renamed renamed hand_made',
    'idx_reused key-reused other_key',
    'idx_status invalid idx_status',
    'idx_built building idx_built',
    'idx_left_out missing null',
    'forgotten unmanaged forgotten',
    'other_key unmanaged other_key',
  ])
  const asked = await compareIndexes(session, schema, [index('idx_left_out', 'account_id, name', { indexSet: 'platform' })], 'store')
  expect(asked.map(({ index }) => index)).not.toContain('idx_left_out')
})
