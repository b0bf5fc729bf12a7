import { describe, expect, test } from 'vitest'
import { type AllowClosedOptions, allowClosedDuplicates } from '../../src/adoption/index.js'
import { type ClosedHost, closedHosts, columns } from './closed-host.js'

const isDouble = { code: '23505' }

describe.each(closedHosts)('what keeps active doubles out on %s', (_, open) => {
  const helper = (host: ClosedHost, more: Partial<AllowClosedOptions> = {}) => allowClosedDuplicates({ ...host.options, ...more })

  test.each(['index', 'key-column'] as const)('takes no other index under its name for the %s', async (enforce) => {
    const host = await open()
    await helper(host, { enforce }).apply()
    const name = `conversations_pageConnectionId_psid_${enforce === 'index' ? 'active_key' : 'activeKey_key'}`
    await host.query(`drop index "${host.schema}"."${name}"`)
    await host.query(`create unique index "${name}" on "${host.schema}".conversations (id)`)
    expect(await helper(host, { enforce }).verify()).toMatchObject({ ok: false, problems: [`The unique index ${name} is missing.`] })
    await expect(helper(host, { enforce }).apply()).rejects.toMatchObject({ code: 'INDEX_CONFLICT' })
  })

  describe('with a key column that was made anew', () => {
    const keys = async (host: ClosedHost) =>
      (await host.query(`select "activeKey" as key from "${host.schema}".conversations order by id`)).map(({ key }) => key)
    const pace = { first: 3, least: 3, most: 3 }
    const killed = async (host: ClosedHost) => {
      for (let at = 0; at < 9; at++) await host.add({ id: `c${at}`, psid: `${at}`, status: at % 2 === 0 ? 'OPEN' : 'SNOOZED' })
      const onProgress = () => Promise.reject(new Error('killed'))
      await expect(helper(host, { enforce: 'key-column', pace, onProgress }).apply()).rejects.toThrow('killed')
      expect(await keys(host)).toEqual([true, true, true, null, null, null, null, null, null])
    }

    test('the pass over the keys begins anew after the other way to enforce dropped it', async () => {
      const host = await open()
      await killed(host)
      expect(await helper(host).apply()).toMatchObject({ ok: true, unkeyed: null })
      expect(await helper(host, { enforce: 'key-column', pace }).apply()).toMatchObject({ ok: true, unkeyed: 0 })
      expect(await keys(host)).toEqual(Array.from({ length: 9 }, () => true))
      await expect(host.add({ id: 'd', psid: '0' })).rejects.toMatchObject(isDouble)
    })

    test('the pass over the keys begins anew after an ORM dropped it', async () => {
      const host = await open()
      await killed(host)
      await host.query(`alter table "${host.schema}".conversations drop column "activeKey"`)
      const verified = await helper(host, { enforce: 'key-column' }).verify()
      expect(verified).toMatchObject({ ok: false, trigger: false, unkeyed: null })
      expect(verified.problems).toContain('The column activeKey is missing.')
      expect(await helper(host, { enforce: 'key-column', pace }).apply()).toMatchObject({ ok: true, unkeyed: 0 })
      expect(await keys(host)).toEqual(Array.from({ length: 9 }, () => true))
    })

    test('the pass over the keys goes over all of them after an ORM dropped it and made it again', async () => {
      const host = await open()
      await killed(host)
      await host.query(`alter table "${host.schema}".conversations drop column "activeKey"`)
      await host.query(`alter table "${host.schema}".conversations add column "activeKey" boolean`)
      expect(await helper(host, { enforce: 'key-column', pace }).apply()).toMatchObject({ ok: true, unkeyed: 0 })
      expect(await keys(host)).toEqual(Array.from({ length: 9 }, () => true))
    })

    /** A key column whose trigger is new, with unique indexes past which a double came. */
    const passed = async (host: ClosedHost, declare: (name: string, columns: string) => string) => {
      const closed = helper(host, { enforce: 'key-column', merge: { messages: null } })
      await closed.apply()
      const at = `"${host.schema}".conversations`
      await host.query(`alter table ${at} drop column "activeKey"`)
      await host.query(`alter table ${at} add column "activeKey" boolean`)
      for (const column of columns)
        await host.query(declare(`"conversations_${column}_psid_activeKey_key"`, `("${column}", psid, "activeKey")`))
      await host.query(`alter table ${at} disable trigger user`)
      await host.add({ id: 'c1', minute: 1 }, { id: 'c2', minute: 2 })
      return closed
    }

    test('an ORM may have declared a constraint, which is one afterwards too', async () => {
      const host = await open()
      const at = `"${host.schema}".conversations`
      const closed = await passed(host, (name, over) => `alter table ${at} add constraint ${name} unique ${over}`)
      const constraints = () =>
        host.query(
          `select pg_get_constraintdef(oid) as text, conname from pg_constraint where conrelid = $1::text::regclass and contype = 'u' order by conname`,
          [at],
        )
      const before = await constraints()
      expect(await closed.apply()).toMatchObject({ ok: true, problems: [] })
      expect((await host.rows()).map(([id]) => id)).toEqual(['c2'])
      expect(await constraints()).toEqual(before)
      await expect(host.add({ id: 'c5' })).rejects.toMatchObject(isDouble)
      // The other way to enforce takes the constraints away.
      expect(await helper(host).apply()).toMatchObject({ ok: true, problems: [] })
      expect(await constraints()).toEqual([])
    })

    test.each(['index', 'constraint'])('a foreign key that needs the %s is named', async (kind) => {
      const host = await open()
      const at = `"${host.schema}".conversations`
      const closed = await passed(host, (name, over) =>
        kind === 'index' ? `create unique index ${name} on ${at} ${over}` : `alter table ${at} add constraint ${name} unique ${over}`,
      )
      await host.query(`create table "${host.schema}".notes (page text, psid text, key boolean, constraint notes_of_active
        foreign key (page, psid, key) references ${at} ("pageConnectionId", psid, "activeKey"))`)
      await expect(closed.apply()).rejects.toMatchObject({ code: 'UNSUPPORTED', message: expect.stringContaining('notes_of_active') })
      await host.query(`drop table "${host.schema}".notes`)
      expect(await closed.apply()).toMatchObject({ ok: true })
    })

    test('it is told how many keys are wrong, no further double comes, and those that came are merged', async () => {
      const host = await open()
      const closed = helper(host, { enforce: 'key-column' })
      await closed.apply()
      await host.add({ id: 'c1', minute: 1 }, { id: 'c2', psid: 'Y' }, { id: 'c3', psid: 'Z', status: 'CLOSED' })
      const at = `"${host.schema}".conversations`
      await host.query(`alter table ${at} drop column "activeKey"`)
      await host.query(`alter table ${at} add column "activeKey" boolean`)
      for (const column of columns)
        await host.query(`create unique index "conversations_${column}_psid_activeKey_key" on ${at} ("${column}", psid, "activeKey")`)
      expect(await closed.verify()).toMatchObject({
        ok: false,
        trigger: true,
        unkeyed: 2,
        problems: ['2 conversation(s) have another activeKey than their status says.'],
      })
      await host.add({ id: 'c4', minute: 2 })
      const { ok, problems } = await closed.verify()
      expect({ ok, problems }).toEqual({
        ok: false,
        problems: [expect.stringContaining('2 conversation(s) have'), expect.stringContaining('2 active conversations share 1 key(s)')],
      })
      const guarded = await closed.apply()
      expect(guarded).toMatchObject({ ok: false, unkeyed: 0 })
      expect(guarded.connections.map(({ state }) => state)).toEqual(['guarded', 'unique', 'unique', 'unique'])
      for (const psid of ['X', 'Y']) await expect(host.add({ id: 'c5', psid })).rejects.toMatchObject(isDouble)
      expect(await helper(host, { enforce: 'key-column', merge: { messages: null } }).apply()).toMatchObject({ ok: true, problems: [] })
      expect((await host.rows()).map(([id]) => id)).toEqual(['c2', 'c3', 'c4'])
      await expect(host.add({ id: 'c5' })).rejects.toMatchObject(isDouble)
    })
  })
})
