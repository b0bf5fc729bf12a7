import { describe, expect, test } from 'vitest'
import { type AllowClosedOptions, allowClosedDuplicates } from '../../src/adoption/index.js'
import { type ClosedHost, closedHosts, columns } from './closed-host.js'
import { mongoHost } from './mongo-host.js'

const isDouble = { code: '23505' }

describe.each(closedHosts)('closed conversations may repeat on %s', (_, open) => {
  const helper = (host: ClosedHost, more: Partial<AllowClosedOptions> = {}) => allowClosedDuplicates({ ...host.options, ...more })

  describe.each(['index', 'key-column'] as const)('with the %s', (enforce) => {
    test('close and message', async () => {
      const host = await open()
      await host.add({ id: 'c1' })
      await host.close('c1')
      await expect(host.add({ id: 'c2' })).rejects.toMatchObject(isDouble)
      const { plan, applied, verified } = await helper(host, { enforce, apply: true }).run()
      expect(plan.connections).toMatchObject(columns.map((connection) => ({ connection, state: 'absent', doubles: null })))
      expect(plan.connections.map(({ old }) => old)).toEqual(columns.map((column) => [`conversations_${column}_psid_key`]))
      expect(applied).toMatchObject({ ok: true, problems: [], trigger: enforce === 'index' ? null : true })
      expect(verified).toEqual(applied)
      await host.add({ id: 'c2' })
      expect(await host.rows()).toEqual([
        ['c1', 'CLOSED'],
        ['c2', 'OPEN'],
      ])
      for (const status of ['OPEN', 'SNOOZED']) await expect(host.add({ id: 'c3', status })).rejects.toMatchObject(isDouble)
      await expect(host.query(`update "${host.schema}".conversations set status = 'OPEN' where id = 'c1'`)).rejects.toMatchObject(isDouble)
    })

    test('the same psid on two connections', async () => {
      const host = await open()
      await helper(host, { enforce }).apply()
      await host.add({ id: 'c1', connection: 'page-1' }, { id: 'c2', connection: 'page-2' })
      for (const [at, to] of columns.entries()) if (at > 0) await host.add({ id: `d${at}`, to, connection: 'page-1' })
      for (const to of columns) await expect(host.add({ id: 'e1', to, connection: 'page-1' })).rejects.toMatchObject(isDouble)
      expect(await host.rows()).toHaveLength(5)
    })

    test('three closed and a fourth opens', async () => {
      const host = await open()
      await helper(host, { enforce }).apply()
      for (const id of ['c1', 'c2', 'c3']) {
        await host.add({ id })
        await host.close(id)
      }
      await host.add({ id: 'c4' })
      await expect(host.add({ id: 'c5' })).rejects.toMatchObject(isDouble)
      expect((await host.rows()).map(([, status]) => status)).toEqual(['CLOSED', 'CLOSED', 'CLOSED', 'OPEN'])
    })

    test('goes back, unless a customer has several conversations by now, which it lists', async () => {
      const host = await open()
      const before = await host.indexes()
      const closed = helper(host, { enforce })
      await closed.apply()
      await host.add({ id: 'c1', status: 'CLOSED' }, { id: 'c2' })
      const standing = await host.indexes()
      await expect(closed.revert()).rejects.toMatchObject({
        code: 'DUPLICATE_KEYS',
        details: { totalGroups: 1, groups: [{ key: { '"pageConnectionId"': 'page-1', psid: 'X' }, count: 2 }] },
      })
      expect(await host.indexes()).toEqual(standing)
      await host.query(`delete from "${host.schema}".conversations where id = 'c1'`)
      expect(await closed.revert()).toMatchObject({ ok: false })
      const kept = columns.map((column) => `conversations_${column}_status_lastMessageAt_idx`)
      expect(await host.indexes()).toEqual([...before, ...kept].sort())
      await expect(host.add({ id: 'c3', status: 'CLOSED' })).rejects.toMatchObject(isDouble)
      const named = await host.query(
        `select column_name from information_schema.columns where table_schema = $1 and column_name = 'activeKey'`,
        [host.schema],
      )
      expect(named).toEqual([])
    })
  })

  test('plans without changing anything, and says each statement', async () => {
    const host = await open()
    const before = await host.indexes()
    const { plan, applied } = await helper(host).run()
    expect(applied).toBeNull()
    expect(plan.statements.filter((each) => each.startsWith('create unique index concurrently'))).toHaveLength(4)
    expect(plan.statements.filter((each) => each.startsWith('create index concurrently'))).toHaveLength(8)
    expect(plan.statements.filter((each) => each.startsWith('drop index'))).toHaveLength(4)
    expect(await host.indexes()).toEqual(before)
  })

  test('makes the indexes under these names, and keeps one over the activity that the host has', async () => {
    const host = await open()
    await host.query(`create index by_activity on "${host.schema}".conversations ("pageConnectionId", status, "lastMessageAt" desc)`)
    await helper(host).apply()
    expect(await host.indexes()).toEqual(
      [
        'by_activity',
        ...columns.flatMap((column) => [
          `conversations_${column}_psid_active_key`,
          `conversations_${column}_psid_status_idx`,
          ...(column === 'pageConnectionId' ? [] : [`conversations_${column}_status_lastMessageAt_idx`]),
        ]),
      ].sort(),
    )
  })

  test('changes from one way to enforce to the other and back, and is never without', async () => {
    const host = await open()
    await host.add({ id: 'c0', psid: 'Y', status: 'CLOSED' })
    await helper(host).apply()
    await host.add({ id: 'c1' }, { id: 'c2', psid: 'Y', status: 'SNOOZED' })
    expect(await helper(host, { enforce: 'key-column' }).apply()).toMatchObject({ ok: true })
    expect(await host.query(`select id, "activeKey" as key from "${host.schema}".conversations order by id`)).toEqual([
      { id: 'c0', key: null },
      { id: 'c1', key: true },
      { id: 'c2', key: true },
    ])
    expect((await host.indexes()).filter((name) => name.includes('active'))).toEqual(
      columns.map((column) => `conversations_${column}_psid_activeKey_key`).sort(),
    )
    await expect(host.add({ id: 'c3' })).rejects.toMatchObject(isDouble)
    expect(await helper(host).apply()).toMatchObject({ ok: true })
    expect((await host.indexes()).filter((name) => name.includes('active'))).toEqual(
      columns.map((column) => `conversations_${column}_psid_active_key`).sort(),
    )
    await expect(host.add({ id: 'c3' })).rejects.toMatchObject(isDouble)
  })

  test('says what an ORM dropped, lets no further double come, and merges those that came', async () => {
    const host = await open()
    await helper(host).apply()
    await host.query(`drop index "${host.schema}"."conversations_pageConnectionId_psid_active_key"`)
    await host.query(`drop index "${host.schema}"."conversations_widgetConfigId_psid_active_key"`)
    await host.add({ id: 'c1', minute: 1 }, { id: 'c2', minute: 2 }, { id: 'w1', to: 'widgetConfigId' }, { id: 'w2', to: 'widgetConfigId' })
    expect(await helper(host).verify()).toMatchObject({
      ok: false,
      problems: [
        'The unique index conversations_pageConnectionId_psid_active_key is missing.',
        expect.stringContaining('2 active conversations share 1 key(s)'),
        'The unique index conversations_widgetConfigId_psid_active_key is missing.',
        expect.stringContaining('2 active conversations share 1 key(s)'),
      ],
    })
    const guarded = await helper(host).apply()
    expect(guarded).toMatchObject({ ok: false })
    expect(guarded.connections.map(({ state }) => state)).toEqual(['guarded', 'unique', 'unique', 'guarded'])
    await expect(host.add({ id: 'c3' })).rejects.toMatchObject(isDouble)
    await expect(host.add({ id: 'w3', to: 'widgetConfigId' })).rejects.toMatchObject(isDouble)
    expect(await helper(host, { merge: { messages: null } }).apply()).toMatchObject({ ok: true, problems: [] })
    expect((await host.rows()).map(([id]) => id)).toEqual(['c2', 'w2'])
    await expect(host.add({ id: 'c3' })).rejects.toMatchObject(isDouble)
  })

  test('takes the columns that the table has, and refuses one that it does not have', async () => {
    const host = await open()
    await host.query(`alter table "${host.schema}".conversations drop column "telegramConnectionId"`)
    expect((await helper(host).plan()).connections.map(({ connection }) => connection)).toEqual(
      columns.filter((column) => column !== 'telegramConnectionId'),
    )
    await expect(helper(host, { connections: [...columns] }).plan()).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
      message: expect.stringContaining('telegramConnectionId'),
    })
    await expect(helper(host, { conversations: { schema: host.schema, customerId: 'customer' } }).apply()).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
    })
  })

  test('the trigger decides what the key is, whatever a writer says, and is missed when it is disabled', async () => {
    const host = await open()
    const closed = helper(host, { enforce: 'key-column' })
    await closed.apply()
    await host.add({ id: 'c1' })
    await host.query(`update "${host.schema}".conversations set "activeKey" = null`)
    await expect(host.add({ id: 'c2' })).rejects.toMatchObject(isDouble)
    await host.query(`alter table "${host.schema}".conversations disable trigger user`)
    expect(await closed.verify()).toMatchObject({ ok: false, trigger: false, problems: ['The trigger that sets activeKey is missing.'] })
    await host.add({ id: 'c2', psid: 'Z' })
    expect(await closed.apply()).toMatchObject({ ok: true })
    await expect(host.add({ id: 'c3', psid: 'Z' })).rejects.toMatchObject(isDouble)
  })
})

test("explain of status in ('OPEN','SNOOZED') order by \"lastMessageAt\" desc", async () => {
  for (const [, open] of closedHosts) {
    const host = await open()
    expect((await allowClosedDuplicates(host.options).plan()).connections.map(({ lookup }) => lookup.index)).toEqual(
      columns.map((column) => `conversations_${column}_psid_key`),
    )
    const { connections } = await allowClosedDuplicates(host.options).apply()
    for (const { connection, lookup } of connections) expect(lookup.index).toMatch(`conversations_${connection}_psid`)
    const at = `"${host.schema}".conversations`
    await host.query(
      `insert into ${at} (id, "pageConnectionId", psid, status, "lastMessageAt")
select n::text, 'page-' || n % 7, (n % 900)::text, case when n >= 19000 then 'OPEN' else 'CLOSED' end::"${host.schema}"."ConversationStatus", now()
from generate_series(1, 20000) n where n < 19000 or n % 900 < 100 on conflict do nothing`,
    )
    await host.query(`analyze ${at}`)
    const proven = await allowClosedDuplicates(host.options).verify()
    expect(proven.connections[0]?.lookup.index).toMatch('conversations_pageConnectionId_psid')
    const plan = await host.query(
      `explain select * from ${at} where "pageConnectionId" = 'page-1' and psid = '55' and status in ('OPEN','SNOOZED') order by "lastMessageAt" desc`,
    )
    expect(JSON.stringify(plan)).toMatch(/Index Scan.*conversations_pageConnectionId_psid/)
    await host.query(`drop index "${host.schema}"."conversations_pageConnectionId_psid_active_key"`)
    await host.query(`drop index "${host.schema}"."conversations_pageConnectionId_psid_status_idx"`)
    const { problems } = await allowClosedDuplicates(host.options).verify()
    expect(problems).toContain('The look-up by pageConnectionId uses no index.')
  }
})

test('names the index of a look-up also where nobody uses a connection, and where few customers have all rows', async () => {
  const host = await closedHosts[0]?.[1]()
  if (host === undefined) throw new Error('there is no host')
  for (const enforce of ['index', 'key-column'] as const) {
    const helper = allowClosedDuplicates({ ...host.options, enforce })
    await helper.apply()
    await host.query(`insert into "${host.schema}".conversations (id, "pageConnectionId", psid, status, "lastMessageAt")
      select '${enforce}' || n, 'page-' || n % 3, 'X' || n % 5, 'CLOSED', date '2026-05-02' + n * interval '1 minute' from generate_series(1, 1500) n`)
    await host.query(`analyze "${host.schema}".conversations`)
    expect(await helper.verify()).toMatchObject({ ok: true, problems: [] })
  }
})

test('is refused on MongoDB, where another helper does it', async () => {
  const { db } = await mongoHost()
  const closed = allowClosedDuplicates({ db })
  for (const step of ['plan', 'apply', 'verify', 'revert'] as const)
    await expect(closed[step]()).rejects.toMatchObject({ code: 'UNSUPPORTED', message: expect.stringContaining('swapUniqueIndex') })
})
