import { describe, expect, test } from 'vitest'
import {
  type AdoptionOptions,
  type AdoptionProgress,
  addOptimisticLocking,
  allowClosedDuplicates,
  backfillAccountIds,
  mergeDuplicateConversations,
  swapUniqueIndex,
} from '../../src/adoption/index.js'
import { scratchPool } from '../postgres/scratch-schema.js'
import { closedHosts } from './closed-host.js'
import { hosts } from './hosts.js'
import { addDoubles, sqlHosts } from './locking-tables.js'
import { postgresHost } from './postgres-host.js'
import { standingStill } from './stood-still.js'

const row = { accountId: 'acme', oaId: 'page', status: 'open' }

function progress() {
  const told: AdoptionProgress[] = []
  const of = (name: string) => told.filter((each) => each.name === name).map(({ done, total }) => [done, total])
  return { told, of, onProgress: (each: AdoptionProgress) => void told.push(each) }
}

describe.each(hosts)('an undo on %s', (_, open) => {
  test('of a merge tells how many conversations are back', async () => {
    const host = await open()
    const conversations = { ...host.where, status: 'status' }
    await host.addConversations(
      ['x', 'y', 'z'].flatMap((customerId) => ['a', 'b'].map((id) => ({ id: `${id}-${customerId}`, customerId, ...row }))),
    )
    await mergeDuplicateConversations({ db: host.db, conversations }).apply()
    const { told, of, onProgress } = progress()
    await mergeDuplicateConversations({ db: host.db, conversations, onProgress }).revert()
    expect(of('merged conversations')).toEqual([
      [1, 3],
      [2, 3],
      [3, 3],
    ])
    expect(told.at(-1)?.remainingMs).toBe(0)
  })

  test('of a quarantine tells how many orphans are gone over, and goes on where it ended', async () => {
    const host = await open()
    await host.addConversations(Array.from({ length: 7 }, (__, at) => ({ id: `c${at}`, oaId: 'gone', customerId: `${at}` })))
    const before = await host.conversations()
    const orphans = { policy: 'quarantine' } as const
    const pace = { first: 3, least: 3, most: 3 }
    const backfill = (more: Partial<AdoptionOptions>) =>
      backfillAccountIds({ db: host.db, conversations: host.where, orphans, pace, ...more })
    await backfill({}).apply()
    const ends = () => {
      throw new Error('the host has seen enough')
    }
    await expect(backfill({ onProgress: ends }).revert()).rejects.toThrow('seen enough')
    const left = 7 - (await host.conversations()).length
    const { of, onProgress } = progress()
    expect(await backfill({ onProgress }).revert()).toEqual({ restored: left, left: 0 })
    if (left > 0) expect(of('quarantine of conversations').at(-1)).toEqual([left, left])
    expect(await host.conversations()).toEqual(before)
  })
})

describe.each(sqlHosts)('the locking on %s', (_, open) => {
  test('takes doubles out in batches, and brings them back so, and tells of both', async () => {
    const host = await open()
    await addDoubles(host)
    const pace = { first: 2, least: 2, most: 2 }
    const { of, onProgress } = progress()
    const locking = addOptimisticLocking({ db: host.db, conversations: host.where, pace, onProgress })
    expect(await locking.apply()).toMatchObject({ doubles: 4 })
    expect(of('doubles of contact_interaction_events')).toEqual([
      [2, 3],
      [3, 3],
      [1, 1],
    ])
    expect(await locking.revert()).toMatchObject({ restored: 4 })
    expect(of('archive of contact_interaction_events')).toEqual([
      [2, 4],
      [4, 4],
    ])
  })
})

test('locking looks at its lease before each batch of doubles, and of those that come back', async () => {
  const host = await sqlHosts[0]?.[1]()
  if (host === undefined) throw new Error('there is no PostgreSQL')
  await addDoubles(host)
  const [pace, leaseTtlMs, lost] = [{ first: 2, least: 2, most: 2 }, 600, { code: 'LEASE_LOST' }]
  const locking = (more: Partial<AdoptionOptions>) => addOptimisticLocking({ db: host.db, conversations: host.where, pace, ...more })
  await expect(locking({ leaseTtlMs, onProgress: standingStill(leaseTtlMs) }).apply()).rejects.toMatchObject(lost)
  expect(await locking({}).apply()).toMatchObject({ doubles: 2 })
  await expect(locking({ leaseTtlMs, onProgress: standingStill(leaseTtlMs) }).revert()).rejects.toMatchObject(lost)
  expect(await locking({}).revert()).toMatchObject({ restored: 2, left: 0 })
})

/** A transaction that a build waits for, and what a host's `onProgress` does until it is over. */
async function heldBack(statement: string) {
  const writer = await scratchPool().connect()
  await writer.query(`begin; ${statement}`)
  const names = new Set<string>()
  return {
    names,
    async onProgress({ name }: AdoptionProgress) {
      if (!name.startsWith('index ')) return
      names.add(name.replace(/^index \S+: /, ''))
      await writer.query('commit')
    },
    end: () => writer.release(),
  }
}

test('the undo of a swap tells of the build of the old index', async () => {
  const host = await postgresHost()
  await host.addConversations([{ id: 'c1', customerId: 'x', ...row }])
  await host.addOldIndex()
  const conversations = { ...host.where, status: 'status' }
  await swapUniqueIndex({ db: host.db, conversations }).apply()
  const { names, onProgress, end } = await heldBack(`update "${host.schema}".conversations set status = 'snoozed'`)
  await swapUniqueIndex({ db: host.db, conversations, onProgress }).revert()
  end()
  expect([...names]).toContain('waiting for writers before build')
})

test.each(['apply', 'revert'] as const)('closed conversations tell of the builds on the way of %s', async (way) => {
  const host = await closedHosts[0]?.[1]()
  if (host === undefined) throw new Error('there is no PostgreSQL')
  await host.add({ id: 'c1' })
  if (way === 'revert') await allowClosedDuplicates(host.options).apply()
  const { names, onProgress, end } = await heldBack(`update "${host.schema}".conversations set status = 'SNOOZED'`)
  await allowClosedDuplicates({ ...host.options, onProgress })[way]()
  end()
  expect([...names]).toContain('waiting for writers before build')
})

test('closed conversations tell how many have their key', async () => {
  const host = await closedHosts[0]?.[1]()
  if (host === undefined) throw new Error('there is no PostgreSQL')
  for (let at = 0; at < 5; at++) await host.add({ id: `c${at}`, psid: `${at}` })
  const { of, onProgress } = progress()
  const pace = { first: 2, least: 2, most: 2 }
  await allowClosedDuplicates({ ...host.options, enforce: 'key-column', pace, onProgress }).apply()
  expect(of('activeKey of conversations')).toEqual([
    [2, 5],
    [4, 5],
    [5, 5],
  ])
})
