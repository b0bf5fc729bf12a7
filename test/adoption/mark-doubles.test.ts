import { describe, expect, test } from 'vitest'
import { type AdoptionProgress, swapUniqueIndex } from '../../src/adoption/index.js'
import { scratchPool } from '../postgres/scratch-schema.js'
import { interferedPool } from './interfered.js'
import { pgliteHost, postgresHost } from './postgres-host.js'
import { standingStill } from './stood-still.js'

const row = { accountId: 'acme', oaId: 'page', status: 'open' }
const pace = { first: 3, least: 3, most: 3 }
const names = (host: { readonly schema: string }) => `"${host.schema}".conversations`

/** Ten customers with three active conversations each, so that twenty are marked. */
const doubles = Array.from({ length: 10 }, (_, at) => at).flatMap((at) =>
  ['a', 'b', "c's"].map((id) => ({ id: `${id}${at}`, customerId: `x${at}`, ...row, lastMessageAt: new Date(at) })),
)

describe.each([
  ['PostgreSQL', postgresHost],
  ['PGlite', pgliteHost],
] as const)('the doubles of before a swap on %s', (_, open) => {
  const opened = async () => {
    const host = await open()
    await host.addConversations(doubles)
    const marked = async () => {
      const [{ count } = {}] = await host.query(`select count(*)::int from ${names(host)} where conversation_store_double`)
      return Number(count)
    }
    const conversations = { ...host.where, status: 'status', activityAt: 'last_message_at' }
    return { host, marked, options: { db: host.db, conversations, pace } }
  }

  test('are marked in batches, which are told, while none comes', async () => {
    const { host, marked, options } = await opened()
    const told: AdoptionProgress[] = []
    const counts: number[] = []
    const onProgress = async (progress: AdoptionProgress) => {
      if (!progress.name.startsWith('marks')) return
      told.push(progress)
      counts.push(await marked())
      for (const customerId of ['x0', 'x9'])
        await expect(host.addConversations([{ id: 'late', customerId, ...row }])).rejects.toMatchObject({ code: '23505' })
    }
    expect(await swapUniqueIndex({ ...options, onProgress }).apply()).toMatchObject({ state: 'guarded', doubles: { totalGroups: 10 } })
    expect(counts).toEqual([3, 6, 9, 12, 15, 18, 20])
    expect(told.map(({ name, done, total }) => [name, done, total])).toEqual(
      counts.map((count) => ['marks of doubles of conversations', count, 20]),
    )
    expect(told.at(-1)?.remainingMs).toBe(0)
  })

  test('are not marked any more by a process that stood still until its lease was over', async () => {
    const { marked, options } = await opened()
    const leaseTtlMs = 600
    await expect(swapUniqueIndex({ ...options, leaseTtlMs, onProgress: standingStill(leaseTtlMs) }).apply()).rejects.toMatchObject({
      code: 'LEASE_LOST',
    })
    expect(await marked()).toBe(3)
    expect(await swapUniqueIndex(options).apply()).toMatchObject({ state: 'guarded' })
    expect(await marked()).toBe(20)
  })

  test('are marked once by runs that end between batches, and all of them by the last', async () => {
    const { host, marked, options } = await opened()
    const ended = () => {
      throw new Error('the host has seen enough')
    }
    for (const count of [3, 6]) {
      await expect(swapUniqueIndex({ ...options, onProgress: ended }).apply()).rejects.toThrow('seen enough')
      expect(await marked()).toBe(count)
      // What the order goes by may change between two runs.
      await host.query(`update ${names(host)} set last_message_at = now() where id = 'a${count}'`)
    }
    expect(await swapUniqueIndex(options).apply()).toMatchObject({ state: 'guarded' })
    expect(await marked()).toBe(20)
    expect(await swapUniqueIndex({ ...options, merge: {} }).apply()).toMatchObject({ ok: true, doubles: null })
    expect(await host.conversations()).toHaveLength(10)
  })
})

test('a double that is closed, moved or deleted between the reading and the mark does not hinder the swap', async () => {
  const host = await postgresHost()
  await host.addConversations(doubles)
  let isChanged = false
  const db = interferedPool(scratchPool(), {
    async before(text) {
      if (isChanged || !/^update .* set "conversation_store_double" = true/.test(text)) return
      isChanged = true
      await host.query(`update ${names(host)} set status = 'closed' where id like 'a%'`)
      await host.query(`update ${names(host)} set customer_id = 'y' where id = 'b1'`)
      await host.query(`delete from ${names(host)} where id like '%2'`)
    },
  })
  const conversations = { ...host.where, status: 'status' }
  const swapped = await swapUniqueIndex({ db, conversations, pace }).apply()
  expect(swapped).toMatchObject({ state: 'guarded', doubles: { totalGroups: 8, totalDocuments: 16 } })
  for (const customerId of ['x0', 'x1', 'x3', 'y'])
    await expect(host.addConversations([{ id: 'late', customerId, ...row }])).rejects.toMatchObject({ code: '23505' })
  await host.addConversations([{ id: 'late', customerId: 'x2', ...row }])
  expect(await swapUniqueIndex({ db, conversations, merge: {} }).apply()).toMatchObject({ ok: true })
})
