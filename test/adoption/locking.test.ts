import { describe, expect, test } from 'vitest'
import { addOptimisticLocking, type LockingOptions, lockingSql } from '../../src/adoption/index.js'
import { addDoubles, type SqlHost, sqlHosts, wholeOf } from './locking-tables.js'
import { mongoHost } from './mongo-host.js'

const asItShouldBe = {
  ok: true,
  problems: [],
  versionColumns: 1,
  eventIndexes: 2,
  tables: 2,
  functions: 4,
  views: 2,
  conversations: 20,
  withoutEvents: 0,
  duplicates: 0,
}

describe.each(sqlHosts)('optimistic locking on %s', (_, open) => {
  const helper = (host: SqlHost, more: Partial<LockingOptions> = {}) =>
    addOptimisticLocking({ db: host.db, conversations: host.where, ...more })
  const isDouble = { code: '23505' }

  test('plans, and changes nothing', async () => {
    const host = await open()
    await addDoubles(host)
    const before = await wholeOf(host)
    const { plan, applied } = await helper(host).run()
    expect(plan).toMatchObject({ doubles: 4, backup: expect.stringContaining('messenger_conversations') })
    expect(plan.missing.slice(0, 3)).toEqual(['column version', 'index idx_unique_event_by_message', 'index idx_unique_event_by_timestamp'])
    expect(applied).toBeNull()
    expect(await wholeOf(host)).toEqual(before)
  })

  test('gives conversations a version, and lets an event be there once', async () => {
    const host = await open()
    await addDoubles(host)
    const filenode = () => host.query(`select pg_relation_filenode($1::regclass) as node`, [`"${host.schema}".messenger_conversations`])
    const before = await filenode()
    const { applied, verified } = await helper(host, { apply: true }).run()
    // The table was not written anew.
    expect(await filenode()).toEqual(before)
    expect(applied?.doubles).toBe(4)
    expect(verified).toEqual(asItShouldBe)
    const at = `"${host.schema}"`
    expect(await host.query(`select distinct version from ${at}.messenger_conversations`)).toEqual([{ version: 0 }])
    const changed = `update ${at}.messenger_conversations set version = version + 1 where sender_id = 'customer-1' and version = 0 returning version`
    expect([await host.query(changed), await host.query(changed)]).toEqual([[{ version: 1 }], []])
    const event = `insert into ${at}.contact_interaction_events (conversation_id, event_type, message_id, event_timestamp)`
    await expect(host.query(`${event} values ('t1', 'message', 'm1', now())`)).rejects.toMatchObject(isDouble)
    await expect(host.query(`${event} values ('t1', 'read', null, timestamptz '2026-01-01 00:02Z')`)).resolves.toEqual([])
    await expect(host.query(`${event} values ('t1', 'read', null, timestamptz '2026-01-01 00:01Z')`)).rejects.toMatchObject(isDouble)
    // Of doubles the first is kept, and the others are in the archive, whole.
    expect(
      await host.query(
        `select document ->> 'message_id' as id, count(*)::int as n from ${at}.conversation_store_archive group by 1 order by 1`,
      ),
    ).toEqual([
      { id: 'm1', n: 3 },
      { id: null, n: 1 },
    ])
  })

  test('makes the locks of syncs, as the store has them', async () => {
    const host = await open()
    await helper(host).apply()
    const at = `"${host.schema}"`
    const acquire = (who: string) =>
      host.query(`select acquired, locked_by, token::text from ${at}.acquire_sync_lock('acme', 'page', '${who}', 60)`)
    expect(await acquire('pod 1')).toEqual([{ acquired: true, locked_by: 'pod 1', token: '1' }])
    expect(await acquire('pod 2')).toEqual([{ acquired: false, locked_by: 'pod 1', token: null }])
    expect(await host.query(`select page_id, status from ${at}.active_syncs`)).toEqual([{ page_id: 'page', status: 'ACTIVE' }])
    expect(await host.query(`select ${at}.extend_sync_lock('acme', 'page', 1, 60) is not null as held`)).toEqual([{ held: true }])
    expect(await host.query(`select ${at}.release_sync_lock('acme', 'page', 1) as released`)).toEqual([{ released: true }])
    expect(await acquire('pod 2')).toEqual([{ acquired: true, locked_by: 'pod 2', token: '2' }])
    expect(await host.query(`select ${at}.cleanup_expired_locks()::int as freed`)).toEqual([{ freed: 0 }])
    expect(await host.query(`select count(*)::int as n from ${at}.sync_statistics`)).toEqual([{ n: 0 }])
  })

  test('skips what is there, also when it runs again, and goes back to what was', async () => {
    const host = await open()
    await addDoubles(host)
    const before = await wholeOf(host)
    await helper(host).apply()
    const between = await wholeOf(host)
    expect(await helper(host).apply()).toEqual({ added: [], doubles: 0 })
    expect(await wholeOf(host)).toEqual(between)
    const reverted = await helper(host).revert()
    expect(reverted).toMatchObject({ restored: 4 })
    expect(await wholeOf(host)).toEqual(before)
    expect(await helper(host).verify()).toMatchObject({ ok: false, versionColumns: 0, eventIndexes: 0, tables: 0, functions: 0, views: 0 })
    expect(await helper(host).revert()).toEqual({ dropped: [], restored: 0, left: 0 })
  })

  test('leaves on its way back what it did not make', async () => {
    const host = await open()
    await host.query(`alter table "${host.schema}".messenger_conversations add column version integer not null default 7`)
    await host.query(`create table "${host.schema}".inboxes (id integer)`)
    await helper(host).apply()
    await helper(host).revert()
    expect(await host.query(`select distinct version from "${host.schema}".messenger_conversations`)).toEqual([{ version: 7 }])
  })

  test('names a version of another type', async () => {
    const host = await open()
    await host.query(`alter table "${host.schema}".messenger_conversations add column version text`)
    const before = await wholeOf(host)
    const refused = {
      code: 'VALIDATION_FAILED',
      message: expect.stringMatching(/version: is a column of the type text, and must be integer/),
    }
    await expect(helper(host).plan()).rejects.toMatchObject(refused)
    await expect(helper(host).apply()).rejects.toMatchObject(refused)
    await expect(host.query(await lockingSql({ conversations: host.where }))).rejects.toThrow(/is of the type text, and must be integer/)
    expect(await wholeOf(host)).toEqual(before)
  })

  test('names another table that has an index of these names, and changes nothing', async () => {
    const host = await open()
    await addDoubles(host)
    const at = `"${host.schema}"`
    await host.query(`create table ${at}.store_events (conversation_id text, message_id text, event_type text)`)
    await host.query(`create unique index idx_unique_event_by_message on ${at}.store_events (conversation_id, message_id)`)
    await host.query(`create unique index idx_unique_event_by_timestamp on ${at}.store_events (conversation_id, event_type)`)
    const before = await wholeOf(host)
    expect(await helper(host).verify()).toMatchObject({ ok: false, eventIndexes: 0 })
    expect((await helper(host).plan()).missing).toContain('index idx_unique_event_by_message')
    await expect(helper(host).apply()).rejects.toMatchObject({ code: 'INDEX_CONFLICT', details: { index: 'idx_unique_event_by_message' } })
    await expect(host.query(await lockingSql({ conversations: host.where }))).rejects.toThrow(/stands on another table than/)
    expect(await wholeOf(host)).toEqual(before)
  })

  test('comes as one text, which may be pasted twice, and does the same', async () => {
    const [pasted, applied] = [await open(), await open()]
    for (const host of [pasted, applied]) await addDoubles(host)
    await helper(applied).apply()
    const whole = async (host: SqlHost) => JSON.stringify(await wholeOf(host)).replaceAll(host.schema, 'schema')
    for (let time = 0; time < 2; time++) {
      await pasted.query(await lockingSql({ conversations: pasted.where }))
      expect(await whole(pasted)).toBe(await whole(applied))
    }
    expect(await helper(pasted).verify()).toEqual(asItShouldBe)
    expect(await helper(pasted).revert()).toMatchObject({ restored: 4 })
  })

  test('tells of duplicates, and of conversations without events', async () => {
    const host = await open()
    await helper(host).apply()
    await host.query(
      `insert into "${host.schema}".messenger_conversations (conversation_id, page_id, sender_id) values ('t99', 'page', 'customer-1')`,
    )
    expect(await helper(host).verify()).toMatchObject({
      ok: false,
      withoutEvents: 1,
      duplicates: 1,
      problems: ['1 conversation(s) have no event.', '1 customer(s) have several conversations: merge the duplicates.'],
    })
  })
})

test('optimistic locking is refused on MongoDB', async () => {
  const { db } = await mongoHost()
  expect(() => addOptimisticLocking({ db })).toThrow(/^UNSUPPORTED: to add optimistic locking needs PostgreSQL$/)
})
