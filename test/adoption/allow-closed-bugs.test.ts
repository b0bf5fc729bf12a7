import { describe, expect, test } from 'vitest'
import { allowClosedDuplicates, type ClosedEnforcement } from '../../src/adoption/index.js'
import { type ClosedHost, closedHosts } from './closed-host.js'
import type { Interference } from './interfered.js'

const isDouble = (error: unknown) => Reflect.get(Object(error), 'code') === '23505'

/**
 * Before each statement that changes something, somebody tries to open a second conversation beside an active one, and
 * afterwards to write again after a close.
 */
async function neverTwo(host: ClosedHost, enforce: ClosedEnforcement, plant: Interference): Promise<void> {
  await host.add({ id: 'c1' }, { id: 'c2', psid: 'Y', status: 'SNOOZED' })
  const tried = { made: 0, refused: 0 }
  const db = host.interfered({
    ...plant,
    async before(text) {
      if (!/^(begin$|create (unique )?index |drop index )/.test(text)) return
      for (const psid of ['X', 'Y'])
        await host.add({ id: `d${tried.made + tried.refused}`, psid }).then(
          () => tried.made++,
          (error: unknown) => {
            if (!isDouble(error)) throw error
            tried.refused++
          },
        )
    },
  })
  const closed = allowClosedDuplicates({ ...host.options, db, enforce })
  const { ok } = await closed.apply()
  expect({ ok, made: tried.made, isTried: tried.refused > 10 }).toEqual({ ok: true, made: 0, isTried: true })
  await host.close('c1')
  await host.add({ id: 'c3' })
  await expect(host.add({ id: 'c4' })).rejects.toMatchObject({ code: '23505' })
}

/** While doubles stand that came after an ORM had dropped the index, no further one comes, on any connection. */
async function neverMore(host: ClosedHost, enforce: ClosedEnforcement, plant: Interference): Promise<void> {
  for (const column of ['pageConnectionId', 'instagramConnectionId'])
    await host.query(`drop index "${host.schema}"."conversations_${column}_psid_key"`)
  await host.add({ id: 'c1' }, { id: 'c2' }, { id: 'i1', to: 'instagramConnectionId' }, { id: 'i2', to: 'instagramConnectionId' })
  await allowClosedDuplicates({ ...host.options, db: host.interfered(plant), enforce }).apply()
  // The ones that the index knows are closed. The marked ones are still active.
  await host.close('c2')
  await host.close('i2')
  await expect(host.add({ id: 'c3' })).rejects.toMatchObject({ code: '23505' })
  await expect(host.add({ id: 'i3', to: 'instagramConnectionId' })).rejects.toMatchObject({ code: '23505' })
}

/** A double of before that was closed is not opened again beside the other one. */
async function neverAnew(host: ClosedHost, enforce: ClosedEnforcement, plant: Interference): Promise<void> {
  await host.query(`drop index "${host.schema}"."conversations_pageConnectionId_psid_key"`)
  await host.add({ id: 'c1' }, { id: 'c2' }, { id: 'c3', psid: 'Y' })
  await allowClosedDuplicates({ ...host.options, db: host.interfered(plant), enforce }).apply()
  const set = (what: string, id: string) => host.query(`update "${host.schema}".conversations set ${what} where id = $1`, [id])
  await host.close('c1')
  await expect(set(`status = 'OPEN'`, 'c1')).rejects.toMatchObject({ code: '23505' })
  await host.close('c2')
  await set(`status = 'SNOOZED'`, 'c1')
  await expect(set(`psid = 'Y'`, 'c1')).rejects.toMatchObject({ code: '23505' })
  await set(`psid = 'Z'`, 'c1')
}

/** Conversations of before get their key, also beside a writer that holds one of them. */
async function allKeyed(host: ClosedHost, _: ClosedEnforcement, plant: Interference): Promise<void> {
  for (let at = 0; at < 12; at++) await host.add({ id: `c${at}`, psid: `${at}`, status: at % 2 === 0 ? 'OPEN' : 'CLOSED' })
  const pace = { first: 3, least: 3, most: 3 }
  await allowClosedDuplicates({ ...host.options, db: host.interfered(plant), enforce: 'key-column', pace }).apply()
  for (let at = 0; at < 12; at += 2) await expect(host.add({ id: 'd', psid: `${at}` })).rejects.toMatchObject({ code: '23505' })
}

/** A pass that was killed says nothing of a column that was made anew since. */
async function allKeyedAnew(host: ClosedHost, _: ClosedEnforcement, plant: Interference): Promise<void> {
  for (let at = 0; at < 6; at++) await host.add({ id: `c${at}`, psid: `${at}` })
  const options = { ...host.options, enforce: 'key-column', pace: { first: 2, least: 2, most: 2 } } as const
  const onProgress = () => Promise.reject(new Error('killed'))
  await expect(allowClosedDuplicates({ ...options, onProgress }).apply()).rejects.toThrow('killed')
  await allowClosedDuplicates(host.options).apply()
  await allowClosedDuplicates({ ...options, db: host.interfered(plant) }).apply()
  for (let at = 0; at < 6; at++) await expect(host.add({ id: 'd', psid: `${at}` })).rejects.toMatchObject({ code: '23505' })
}

const inText = (from: string | RegExp, to: string): Interference => ({ plant: (text) => text.replaceAll(from, to) })

const bugs: readonly (readonly [string, typeof neverTwo, ClosedEnforcement, Interference])[] = [
  ['the new index is not unique', neverTwo, 'index', inText('create unique index concurrently', 'create index concurrently')],
  ['the new index is over closed ones too', neverTwo, 'index', inText(/ where "status" in \(.*\)$/g, '')],
  ['the new index is over open ones alone', neverTwo, 'index', inText(/ where "status" in \(.*\)$/g, ` where "status" = 'CLOSED'`)],
  ['the trigger sets nothing', neverTwo, 'key-column', inText('then true end', 'then null end')],
  ['the trigger is not there for updates', neverTwo, 'key-column', inText('before insert or update on', 'before insert on')],
  [
    'the guard of one column is replaced by that of the next',
    neverMore,
    'index',
    inText(/conversation_store_guard_\d/g, 'conversation_store_guard'),
  ],
  ['the guard warns alone', neverMore, 'index', inText('raise unique_violation using message', 'raise notice using message')],
  ['a double of before keeps its mark', neverAnew, 'index', inText(/new\."conversation_store_double_\d" := null;/g, '')],
  ['a page of keys is left out', allKeyed, 'key-column', inText('order by c."id" limit 3', 'order by c."id" offset 3 limit 3')],
  ['nobody looks for keys that were left out', allKeyedAnew, 'key-column', inText(/select \(select count\(\*\) from .*/g, "select '0'")],
]

describe.each(closedHosts.slice(0, 1))('allowing closed ones on %s', (_, open) => {
  test.each(['index', 'key-column'] as const)('lets no second active one come at any moment, by the %s', async (enforce) => {
    await neverTwo(await open(), enforce, {})
  })
  test.each(['index', 'key-column'] as const)('lets no further double come on any connection, by the %s', async (enforce) => {
    await neverMore(await open(), enforce, {})
  })
  test.each(['index', 'key-column'] as const)('takes a double that is opened again for a new one, by the %s', async (enforce) => {
    await neverAnew(await open(), enforce, {})
  })
  test('gives every conversation of before its key', async () => {
    await allKeyed(await open(), 'key-column', {})
    await allKeyedAnew(await open(), 'key-column', {})
  })
  test.each(bugs)('finds the planted bug: %s', async (__, run, enforce, plant) => {
    const host = await open()
    await expect(run(host, enforce, plant)).rejects.toThrow()
  })
})
