import { describe, expect, test, vi } from 'vitest'
import { type AdoptionProgress, mergeDuplicateConversations, swapUniqueIndex } from '../../src/adoption/index.js'
import { scratchPool } from '../postgres/scratch-schema.js'
import { hosts } from './hosts.js'
import { mongoHost } from './mongo-host.js'
import { postgresHost } from './postgres-host.js'

const row = { accountId: 'acme', oaId: 'page', status: 'open' }

describe.each(hosts)('doubles are merged on %s', (_, open) => {
  test.each(['a merge', 'a swap'])('by %s, which tells how many groups are done, and how long the others take', async (by) => {
    const host = await open()
    const conversations = { ...host.where, status: 'status' }
    const customers = ['x', 'y', 'z']
    await host.addConversations(
      customers.flatMap((customerId) => ['a', 'b'].map((id) => ({ id: `${id}-${customerId}`, customerId, ...row }))),
    )
    const told: AdoptionProgress[] = []
    const options = { db: host.db, conversations, onProgress: (progress: AdoptionProgress) => void told.push(progress) }
    await (by === 'a merge' ? mergeDuplicateConversations(options) : swapUniqueIndex({ ...options, merge: {} })).apply()
    const merged = told.filter(({ name }) => name === 'doubles of conversations')
    expect(merged.map(({ done, total }) => [done, total])).toEqual([
      [1, 3],
      [2, 3],
      [3, 3],
    ])
    expect(merged[0]?.remainingMs).toBeGreaterThan(0)
    expect(merged[2]?.remainingMs).toBe(0)
  })
})

describe('the build of the new unique index', () => {
  test('is told on PostgreSQL, as far as the server says how far it is', async () => {
    const host = await postgresHost()
    await host.addConversations([{ id: 'c1', customerId: 'x', ...row }])
    await host.addOldIndex()
    // The build waits for whoever writes in the table.
    const writer = await scratchPool().connect()
    await writer.query(`begin; update "${host.schema}".conversations set status = 'snoozed'`)
    const told: AdoptionProgress[] = []
    const swap = swapUniqueIndex({
      db: host.db,
      conversations: { ...host.where, status: 'status' },
      async onProgress(progress) {
        told.push(progress)
        await writer.query('commit')
        throw new Error('the host has seen enough')
      },
    })
    await expect(swap.apply()).rejects.toThrow('the host has seen enough')
    writer.release()
    const name = 'index account_id_1_oa_id_1_customer_id_1_active: waiting for writers before build'
    expect(told).toEqual([{ name, done: 0, total: 1, remainingMs: null }])
    expect(await swap.verify()).toMatchObject({ ok: false, state: 'unique', old: [expect.anything()] })
    expect(await swap.apply()).toMatchObject({ ok: true })
  })

  test('is told on MongoDB, as far as the server says how far it is', async () => {
    const host = await mongoHost()
    // Each document has many keys in the index, so that its build takes some seconds, and looks at it come in between.
    const customers = (at: number) => Array.from({ length: 400 }, (_, customer) => `customer-${at}-${customer}`)
    await host.db
      .collection('conversations')
      .insertMany(
        Array.from({ length: 1_000 }, (_, at) => ({ accountId: 'acme', oa_id: 'page', status: 'open', customer_id: customers(at) })),
      )
    const told: AdoptionProgress[] = []
    vi.useFakeTimers({ toFake: ['setInterval'] })
    try {
      const swap = swapUniqueIndex({
        db: host.db,
        conversations: { status: 'status' },
        onProgress: (progress) => void told.push(progress),
      })
      let isOver = false
      const swapped = swap.apply().finally(() => {
        isOver = true
      })
      // The build is still over before the first look would come.
      while (!isOver) {
        vi.advanceTimersByTime(2_000)
        await new Promise((resolve) => setTimeout(resolve, 1))
      }
      expect(await swapped).toMatchObject({ ok: true })
    } finally {
      vi.useRealTimers()
    }
    expect(told.length).toBeGreaterThan(0)
    for (const { name, done, total } of told) {
      expect(name).toMatch(/^index accountId_1_oa_id_1_customer_id_1_active: [a-z]/)
      expect(total).toBeGreaterThanOrEqual(done)
    }
  })
})
