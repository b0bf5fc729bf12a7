import { describe, expect, test } from 'vitest'
import { backfillAccountIds, mergeDuplicateConversations, swapUniqueIndex, verifyAccountIsolation } from '../../src/adoption/index.js'
import { pgliteHost, postgresHost } from './postgres-host.js'

describe.each([
  ['PostgreSQL', postgresHost],
  ['PGlite', pgliteHost],
] as const)('the helpers on tables of %s', (_, open) => {
  test('take names in mixed case, keys of several columns and other types, and another schema', async () => {
    const { db, query, schema } = await open()
    const [here, there] = [`"${schema}"`, `"${schema} Public"`]
    await query(`create schema ${there}`)
    await query(`create table ${there}."Pages" ("PageId" bigint, "Owner" uuid)`)
    await query(
      `create table ${here}."Chats" ("Part" integer, "Id" uuid default gen_random_uuid(), "PageId" bigint, "Owner" uuid, "psid" text, "Status" text, primary key ("Part", "Id"))`,
    )
    const owner = '00000000-0000-4000-8000-000000000001'
    await query(`insert into ${there}."Pages" values (1, '${owner}'), (2, null)`)
    await query(
      `insert into ${here}."Chats" ("Part", "PageId", "psid", "Status") select n % 3, n % 4, n::text, 'OPEN' from generate_series(0, 19) n`,
    )
    const options = {
      db,
      conversations: {
        name: 'Chats',
        schema,
        accountId: 'Owner',
        oaId: 'PageId',
        customerId: 'psid',
        status: 'Status',
        active: ['OPEN', "O'Neil"],
      },
      integrations: { name: 'Pages', schema: `${schema} Public`, accountId: 'Owner', oaId: 'PageId' },
    }
    expect(await backfillAccountIds(options).plan()).toMatchObject({ resolved: 5, noAccount: 5, orphans: 10 })
    expect(await backfillAccountIds({ ...options, pace: { first: 3, least: 3, most: 3 } }).apply()).toMatchObject({ updated: 5 })
    const orphans = { policy: 'quarantine', classes: ['orphan', 'noAccount'] } as const
    const backfill = backfillAccountIds({ ...options, orphans, pace: { first: 3, least: 3, most: 3 } })
    expect(await backfill.apply()).toMatchObject({ quarantined: 15 })
    expect(await swapUniqueIndex(options).apply()).toMatchObject({ ok: true })
    expect(await verifyAccountIsolation(options)).toMatchObject({ ok: true, accounts: [{ accountId: owner, conversations: 5 }] })
    expect(await backfill.revert()).toEqual({ restored: 15, left: 0 })
    expect(await query(`select count(*)::int as n from ${here}."Chats"`)).toEqual([{ n: 20 }])
    await query(`drop schema ${there} cascade`)
  })

  test('refuse to take conversations out whose deletion would delete other rows', async () => {
    const host = await open()
    await host.query(
      `create table "${host.schema}".notes (id integer primary key, conversation_id text references "${host.schema}".conversations on delete cascade)`,
    )
    await host.addConversations([{ id: 'c1', oaId: 'gone', customerId: 'x' }])
    const options = { db: host.db, conversations: host.where }
    const refused = { code: 'UNSUPPORTED', message: expect.stringContaining('notes_conversation_id_fkey') }
    await expect(backfillAccountIds({ ...options, orphans: { policy: 'quarantine' } }).apply()).rejects.toMatchObject(refused)
    await expect(mergeDuplicateConversations(options).apply()).rejects.toMatchObject(refused)
    expect(await host.conversations()).toHaveLength(1)
  })

  test('move messages before they delete their conversation, whatever the foreign key of the messages does', async () => {
    const host = await open()
    await host.query(
      `alter table "${host.schema}".messages add foreign key (conversation_id) references "${host.schema}".conversations on delete cascade`,
    )
    const row = { accountId: 'acme', oaId: 'page', customerId: 'x', status: 'open' }
    await host.addConversations([
      { id: 'c1', ...row },
      { id: 'c2', ...row },
    ])
    await host.addMessages([{ id: 'm1', conversationId: 'c1', messageId: 'a' }])
    expect(await mergeDuplicateConversations({ db: host.db, conversations: host.where }).apply()).toMatchObject({
      losers: 1,
      movedMessages: 1,
    })
    expect(await host.messages()).toEqual([{ id: 'm1', conversationId: 'c2', messageId: 'a' }])
  })

  test('say which column or table is missing', async () => {
    const host = await open()
    const options = { db: host.db, conversations: { ...host.where, accountId: 'owner' } }
    await expect(backfillAccountIds(options).apply()).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
      message: expect.stringContaining('has no column owner'),
    })
    const absent = { db: host.db, conversations: { ...host.where, name: 'chats' } }
    await expect(backfillAccountIds(absent).apply()).rejects.toMatchObject({ message: expect.stringContaining('is no table') })
  })

  test.each([
    ['over another column', 'create unique index NAME on TABLE (id)'],
    ['over other conversations', `create unique index NAME on TABLE (account_id, oa_id, customer_id) where status in ('open')`],
    ['over all conversations', 'create unique index NAME on TABLE (account_id, oa_id, customer_id)'],
    ['that is not unique', `create index NAME on TABLE (account_id, oa_id, customer_id) where status in ('open', 'snoozed')`],
  ])('take no index %s for the one that they make', async (__, statement) => {
    const host = await open()
    const name = 'account_id_1_oa_id_1_customer_id_1_active'
    const named = (as: string) => statement.replace('NAME', as).replace('TABLE', `"${host.schema}".conversations`)
    const swap = swapUniqueIndex({ db: host.db, conversations: { ...host.where, status: 'status' } })
    await host.query(named(name))
    expect(await swap.verify()).toMatchObject({ ok: false, state: 'absent' })
    await expect(swap.apply()).rejects.toMatchObject({ code: 'INDEX_CONFLICT', details: { found: name } })
    expect(await host.query(`select tgname from pg_trigger where tgrelid = '"${host.schema}".conversations'::regclass`)).toEqual([])
    await host.query(`drop index "${host.schema}"."${name}"`)
    await host.query(named(`${name}_guard`))
    expect(await swap.verify()).toMatchObject({ ok: false, state: 'absent' })
  })

  test('take an index that somebody else made like theirs for it', async () => {
    const host = await open()
    await host.query(
      `create unique index account_id_1_oa_id_1_customer_id_1_active on "${host.schema}".conversations (account_id, oa_id, customer_id)
  where status = any (array['open', 'snoozed'])`,
    )
    expect(await swapUniqueIndex({ db: host.db, conversations: { ...host.where, status: 'status' } }).verify()).toMatchObject({ ok: true })
  })

  test('guard two tables of one schema at once', async () => {
    const host = await open()
    const at = `"${host.schema}"`
    await host.query(`create table ${at}.chats (id text primary key, owner text, page text, who text)`)
    await host.query(`insert into ${at}.chats values ('1', 'acme', 'page', 'x'), ('2', 'acme', 'page', 'x')`)
    const row = { accountId: 'acme', oaId: 'page', customerId: 'x', status: 'open' }
    await host.addConversations([
      { id: 'c1', ...row },
      { id: 'c2', ...row },
    ])
    const swaps = [{ status: 'status' }, { name: 'chats', accountId: 'owner', oaId: 'page', customerId: 'who' }].map((conversations) =>
      swapUniqueIndex({ db: host.db, conversations: { ...host.where, ...conversations } }),
    )
    for (const guard of swaps) expect(await guard.apply()).toMatchObject({ state: 'guarded' })
    await host.addConversations([{ id: 'c3', ...row, customerId: 'y' }])
    await host.query(`insert into ${at}.chats values ('3', 'acme', 'page', 'y')`)
    await host.setStatus('c2', 'closed')
    await expect(host.addConversations([{ id: 'c4', ...row }])).rejects.toMatchObject({ code: '23505' })
    await host.setStatus('c1', 'closed')
    await host.setStatus('c2', 'open')
    await host.query(`delete from ${at}.chats where id = '2'`)
    await expect(host.query(`insert into ${at}.chats values ('4', 'acme', 'page', 'x')`)).rejects.toMatchObject({ code: '23505' })
    for (const swap of swaps) expect(await swap.apply()).toMatchObject({ ok: true })
    expect(await host.query(`select proname from pg_proc where pronamespace = $1::text::regnamespace`, [at])).toEqual([])
  })

  test('go on with a guard of the version before, whose function was one for all tables of the schema', async () => {
    const host = await open()
    const at = `"${host.schema}"`
    const row = { accountId: 'acme', oaId: 'page', customerId: 'x', status: 'open' }
    await host.addConversations([
      { id: 'c1', ...row },
      { id: 'c2', ...row },
    ])
    const conversations = { ...host.where, status: 'status' }
    const swap = swapUniqueIndex({ db: host.db, conversations })
    await swap.apply()
    const functions = () => host.query(`select proname from pg_proc where pronamespace = $1::text::regnamespace order by 1`, [at])
    await host.query(`create function ${at}.conversation_store_guard() returns trigger language plpgsql as $$ begin return new; end $$`)
    await host.query(`drop function ${at}.conversation_store_guard_conversations cascade`)
    const trigger = 'before insert or update on TABLE for each row execute function FUNCTION()'
      .replace('TABLE', `${at}.conversations`)
      .replace('FUNCTION', `${at}.conversation_store_guard`)
    await host.query(`create trigger conversation_store_guard ${trigger}`)
    await host.query(`create trigger conversation_store_guard ${trigger.replace('.conversations', '.messages')}`)
    expect(await swap.apply()).toMatchObject({ state: 'guarded' })
    await host.setStatus('c2', 'closed')
    await expect(host.addConversations([{ id: 'c3', ...row }])).rejects.toMatchObject({ code: '23505' })
    expect(await swap.apply()).toMatchObject({ ok: true })
    // The other table needs it still.
    expect(await functions()).toEqual([{ proname: 'conversation_store_guard' }])
    await host.query(`drop trigger conversation_store_guard on ${at}.messages`)
    await host.query(`drop index ${at}.account_id_1_oa_id_1_customer_id_1_active`)
    expect(await swap.apply()).toMatchObject({ ok: true })
    expect(await functions()).toEqual([])
  })

  test('know a guard by the id that the version before gave it', async () => {
    const host = await open()
    const at = `"${host.schema}".conversation_store_adoption`
    const guards = () =>
      host.query(`select id, state ->> 'since' as since from ${at} where state ? 'guard' or state ? 'since' order by id collate "C"`)
    const swap = swapUniqueIndex({ db: host.db, conversations: { ...host.where, status: 'status' } })
    const former = async () => {
      await swap.apply()
      await host.query(
        `update ${at} set id = 'guard of conversations: swapUniqueIndex', state = jsonb_set(state, '{since}', '"2020-01-02T03:04:05+00:00"') where state ? 'guard'`,
      )
    }
    await former()
    await swapUniqueIndex({ db: host.db, conversations: host.where }).apply()
    expect((await guards()).map(({ id }) => id)).toEqual([
      'guard of conversations: swapUniqueIndex',
      'guard of conversations: swapUniqueIndex: account_id_1_oa_id_1_customer_id_1',
    ])
    await swapUniqueIndex({ db: host.db, conversations: host.where }).revert()
    await swap.apply()
    expect(await guards()).toEqual([
      {
        id: 'guard of conversations: swapUniqueIndex: account_id_1_oa_id_1_customer_id_1_active',
        since: '2020-01-02T03:04:05+00:00',
      },
    ])
    await former()
    await swap.revert()
    expect(await guards()).toEqual([])
  })

  test('leave doubles alone that are closed, and count what a close made of marked ones', async () => {
    const host = await open()
    const row = { accountId: 'acme', oaId: 'page', customerId: 'x', status: 'open' }
    await host.addConversations([
      { id: 'c1', ...row },
      { id: 'c2', ...row },
    ])
    const swap = swapUniqueIndex({ db: host.db, conversations: { ...host.where, status: 'status' } })
    expect(await swap.apply()).toMatchObject({ state: 'guarded' })
    // The one that the index knows is closed. The marked one is still active, so no other may be opened beside it.
    await host.setStatus('c2', 'closed')
    await expect(host.addConversations([{ id: 'c3', ...row }])).rejects.toMatchObject({ code: '23505' })
    await expect(host.setStatus('c2', 'open')).rejects.toMatchObject({ code: '23505' })
    expect(await swap.apply()).toMatchObject({ ok: true, doubles: null })
    await host.setStatus('c1', 'closed')
    await host.addConversations([{ id: 'c4', ...row }])
  })
})

test('a batch steps over rows that a transaction holds, and keeps what that wrote', async () => {
  const host = await postgresHost()
  await host.addIntegrations([{ oaId: 'page', accountId: 'acme' }])
  await host.addConversations(
    Array.from({ length: 20 }, (_, at) => ({ id: `c${String(at).padStart(2, '0')}`, oaId: 'page', customerId: `${at}` })),
  )
  const holder = await host.pool.connect()
  await holder.query('begin')
  await holder.query(`update "${host.schema}".conversations set account_id = 'other' where id = 'c05'`)
  let released = false
  const { updated } = await backfillAccountIds({
    db: host.pool,
    conversations: host.where,
    async onProgress({ done }) {
      if (released || done < 19) return
      released = true
      await holder.query('commit')
      holder.release()
    },
  }).apply()
  expect({ released, updated }).toEqual({ released: true, updated: 19 })
  expect((await host.conversations()).filter(({ accountId }) => accountId === 'other').map(({ id }) => id)).toEqual(['c05'])
})
