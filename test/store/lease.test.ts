import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { holdLease, type Lease, type LeaseHolder, type LeaseTable } from '../../src/store/lease.js'

const ttlMs = 3_000

/** Leases of a database whose clock and answers the test controls. */
function leaseTable() {
  const table = {
    now: 0,
    token: 0,
    held: null as { holder: string; token: number; since: number; expiresAt: number } | null,
    answers: true,
    fails: false,
    renewals: 0,
  }
  const isMine = (token: number) => table.held?.token === token
  const holderOf = (): LeaseHolder | null =>
    table.held && { holder: table.held.holder, since: new Date(table.held.since), expiresInMs: table.held.expiresAt - table.now }
  const leases: LeaseTable & { read(key: string): Promise<LeaseHolder | null> } = {
    async acquire(_key, holder, ttl) {
      const other = holderOf()
      if (other !== null && other.expiresInMs > 0) return { heldBy: other }
      table.token += 1
      table.held = { holder, token: table.token, since: table.now, expiresAt: table.now + ttl }
      return { token: table.token }
    },
    async renew(_key, token, ttl) {
      table.renewals += 1
      if (table.fails) throw new Error('the connection was lost')
      if (!table.answers) return new Promise(() => {})
      if (table.held === null || !isMine(token)) return false
      table.held.expiresAt = table.now + ttl
      return true
    },
    async release(_key, token) {
      if (isMine(token)) table.held = null
    },
    read: async () => holderOf(),
  }
  return { table, leases }
}

describe('a lease', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  const acquire = async (leases: LeaseTable): Promise<Lease> => {
    const lease = await holdLease(leases, 'k', { holder: 'a', ttlMs, waitMs: 0, signal: null })
    if ('heldBy' in lease) throw new Error('it was held')
    return lease
  }
  /** Lets time pass here and in the database, unless the clock of the database stands still. */
  const pass = async (ms: number, table: { now: number }) => {
    for (let passed = 0; passed < ms; passed += 100) {
      table.now += 100
      await vi.advanceTimersByTimeAsync(100)
    }
  }

  test('is renewed for as long as it is held', async () => {
    const { table, leases } = leaseTable()
    const lease = await acquire(leases)
    await pass(20_000, table)
    expect(lease.signal.aborted).toBe(false)
    expect(await holdLease(leases, 'k', { holder: 'b', ttlMs, waitMs: 0, signal: null })).toMatchObject({ heldBy: { holder: 'a' } })
    expect(table.renewals).toBeLessThanOrEqual(21)
    await lease.release()
    expect(await leases.read('k')).toBeNull()
    const { renewals } = table
    await pass(10_000, table)
    expect(table.renewals).toBe(renewals)
  })

  test.each([
    ['does not answer', { answers: false }],
    ['fails', { fails: true }],
  ])('is given up before its time is over where the database %s', async (_, fault) => {
    const { table, leases } = leaseTable()
    const lease = await acquire(leases)
    Object.assign(table, fault)
    await pass(2_500, table)
    expect(lease.signal.aborted).toBe(false)
    await pass(300, table)
    expect(table.held?.expiresAt).toBeGreaterThan(table.now)
    expect(lease.signal.reason).toMatchObject({ code: 'LEASE_LOST', details: { key: 'k', reason: 'no answer' } })
    expect(() => lease.requireHeld()).toThrow('LEASE_LOST')
  })

  test('survives a renewal that fails once', async () => {
    const { table, leases } = leaseTable()
    const lease = await acquire(leases)
    table.fails = true
    await pass(1_200, table)
    table.fails = false
    await pass(10_000, table)
    expect(lease.signal.aborted).toBe(false)
  })

  test('is known to be lost right after the process stood still, before a timer has run', async () => {
    const { leases } = leaseTable()
    const lease = await acquire(leases)
    const now = performance.now()
    vi.spyOn(performance, 'now').mockReturnValue(now + ttlMs)
    expect(() => lease.requireHeld()).toThrow('LEASE_LOST')
    vi.restoreAllMocks()
  })

  test('that another took over is lost at the next renewal, and its release leaves the other alone', async () => {
    const { table, leases } = leaseTable()
    const lease = await acquire(leases)
    table.now += ttlMs
    expect(await leases.acquire('k', 'b', ttlMs)).toEqual({ token: 2 })
    await pass(1_100, table)
    expect(lease.signal.reason).toMatchObject({ code: 'LEASE_LOST', details: { reason: 'taken over' } })
    await lease.release()
    expect(await leases.read('k')).toMatchObject({ holder: 'b' })
  })

  test('is extended on demand, and held from then on for its whole time', async () => {
    const { table, leases } = leaseTable()
    const lease = await acquire(leases)
    table.fails = true
    await pass(2_000, table)
    table.fails = false
    await lease.extend()
    expect(table.held?.expiresAt).toBe(table.now + ttlMs)
    table.fails = true
    await expect(lease.extend()).rejects.toThrow('the connection was lost')
    await pass(2_500, table)
    expect(lease.signal.aborted).toBe(false)
    await pass(300, table)
    expect(lease.signal.reason).toMatchObject({ details: { reason: 'no answer' } })
    await expect(lease.extend()).rejects.toMatchObject({ code: 'LEASE_LOST', details: { reason: 'no answer' } })
  })

  test('that another took over is lost when it is extended', async () => {
    const { table, leases } = leaseTable()
    const lease = await acquire(leases)
    table.now += ttlMs
    await leases.acquire('k', 'b', ttlMs)
    await expect(lease.extend()).rejects.toMatchObject({ code: 'LEASE_LOST', details: { reason: 'taken over' } })
    expect(lease.signal.aborted).toBe(true)
  })

  test('is waited for, each holder told once, and had when it is free', async () => {
    const { table, leases } = leaseTable()
    const first = await acquire(leases)
    const told: LeaseHolder[] = []
    const waiting = holdLease(leases, 'k', { holder: 'b', ttlMs, waitMs: 60_000, signal: null, onWait: (each) => told.push(each) })
    await pass(10_000, table)
    await first.release()
    await pass(1_500, table)
    expect(await waiting).toMatchObject({ token: 2 })
    expect(told.map(({ holder }) => holder)).toEqual(['a'])
  })

  test('is waited for no longer than asked, nor after an abort', async () => {
    const { table, leases } = leaseTable()
    await acquire(leases)
    const waiting = holdLease(leases, 'k', { holder: 'b', ttlMs, waitMs: 2_000, signal: null })
    const abort = new AbortController()
    const aborted = holdLease(leases, 'k', { holder: 'c', ttlMs, waitMs: 60_000, signal: abort.signal }).catch((error: unknown) => error)
    await pass(2_500, table)
    expect(await waiting).toMatchObject({ heldBy: { holder: 'a' } })
    abort.abort()
    await pass(100, table)
    expect(await aborted).toMatchObject({ code: 'ABORTED' })
  })
})
