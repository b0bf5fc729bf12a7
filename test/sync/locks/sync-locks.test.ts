import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ContractBackend } from '../../../src/contract/index.js'
import { type ConversationStore, createConversationStore, isConversationStoreError } from '../../../src/index.js'
import { syncInProgress } from '../../../src/model/errors.js'
import { acquireSyncLock, breakSyncLock, cleanupExpiredLocks, listSyncLocks, type SyncLock } from '../../../src/sync/index.js'
import { present } from '../../contract/present.js'
import { backends } from './backends.js'

const patienceMs = 10_000

describe.each(backends)('locks of syncs on %s', (_, isAbsent, open) => {
  let backend: ContractBackend | undefined
  let accounts = 0
  beforeAll(async () => {
    if (!isAbsent) backend = await open()
  })
  afterAll(() => backend?.close())

  const newStore = (): ConversationStore => createConversationStore({ adapter: present(backend).createAdapter() })
  const newAccount = (store = newStore()) => store.forAccount(`acme ${++accounts}`)
  const raw = (accountId: string) => present(backend).raw.leases(accountId)

  /** Acquires a lock whose time is about to be over. The database's clock cannot be moved, so this asks until it is. */
  async function acquiredOnceOver(account: ReturnType<typeof newAccount>, owner: string): Promise<SyncLock> {
    const givenUpAt = performance.now() + patienceMs
    while (performance.now() < givenUpAt) {
      try {
        return await acquireSyncLock(account, { oaId: 'page', owner })
      } catch (error) {
        if (!isConversationStoreError(error, 'SYNC_IN_PROGRESS')) throw error
      }
    }
    throw new Error('the lock did not run out')
  }

  /** Lists the locks of an account once one of them is past its time. */
  async function listedOnceOver(account: ReturnType<typeof newAccount>) {
    const givenUpAt = performance.now() + patienceMs
    while (performance.now() < givenUpAt) {
      const { items } = await listSyncLocks(account)
      if (items.some(({ status }) => status === 'EXPIRED')) return items
    }
    throw new Error('the lock did not run out')
  }

  test.skipIf(isAbsent)('a lock is one holder’s, and tells everybody else who has it, since when and until when', async () => {
    const account = newAccount()
    const lock = await acquireSyncLock(account, { oaId: 'page', owner: 'host 1', ttlMs: 30_000 })
    const [row] = await raw(account.accountId)
    expect(row).toMatchObject({ kind: 'sync', key: 'page', holder: 'host 1', token: lock.token, expires_at: lock.expiresAt })
    const error: unknown = await acquireSyncLock(account, { oaId: 'page', owner: 'host 2' }).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({
      code: 'SYNC_IN_PROGRESS',
      details: { lockedBy: 'host 1', lockedAt: row?.acquired_at, expiresAt: lock.expiresAt },
      httpStatus: 409,
      retryable: true,
      outcome: 'not_applied',
    })
    expect((error as Error).message).toBe(`SYNC_IN_PROGRESS: ${syncInProgress}`)
    expect(syncInProgress).toBe('Sync already in progress for this page. Please wait for it to complete.')
    const other = await acquireSyncLock(account, { oaId: 'other', owner: 'host 2' })
    const elsewhere = await acquireSyncLock(newAccount(), { oaId: 'page', owner: 'host 2' })
    for (const each of [lock, other, elsewhere]) await each.release()
    expect(await raw(account.accountId)).toEqual([])
    const next = await acquireSyncLock(account, { oaId: 'page', owner: 'host 2' })
    expect(next.token).toBeGreaterThan(lock.token)
    await next.release()
  })

  test.skipIf(isAbsent)('a lock is extended, and its end moves', async () => {
    const account = newAccount()
    const lock = await acquireSyncLock(account, { oaId: 'page', owner: 'host', ttlMs: 30_000 })
    const before = lock.expiresAt
    const givenUpAt = performance.now() + patienceMs
    while (lock.expiresAt <= before && performance.now() < givenUpAt) await lock.extend()
    expect(lock.expiresAt.getTime()).toBeGreaterThan(before.getTime())
    expect(await raw(account.accountId)).toMatchObject([{ expires_at: lock.expiresAt, token: lock.token }])
    lock.requireHeld()
    await lock.release()
  })

  test.skipIf(isAbsent)('a holder that was replaced extends, frees and writes nothing', async () => {
    const account = newAccount()
    const late = await acquireSyncLock(account, { oaId: 'page', owner: 'late', ttlMs: 1 })
    const next = await acquiredOnceOver(account, 'next')
    expect(next.token).toBeGreaterThan(late.token)
    await expect(late.extend()).rejects.toMatchObject({ code: 'LEASE_LOST' })
    expect(() => late.requireHeld()).toThrow('LEASE_LOST')
    expect(late.signal.aborted).toBe(true)
    await late.release()
    const write = (lock: SyncLock) => account.upsertConversation({ oaId: 'page', customerId: 'lan' }, { lease: lock.lease })
    if (present(backend).supportsTransactions || present(backend).name === 'memory') {
      await expect(write(late)).rejects.toMatchObject({ code: 'LEASE_LOST', details: { key: 'sync page', reason: 'taken over' } })
      expect(await account.countConversations()).toBe(0)
      expect((await write(next)).outcome).toBe('created')
    } else {
      await expect(write(next)).rejects.toMatchObject({ code: 'UNSUPPORTED' })
    }
    expect((await listSyncLocks(account)).items).toMatchObject([{ lockedBy: 'next', status: 'ACTIVE' }])
    await next.release()
  })

  test.skipIf(isAbsent)('one of 50 who start at once runs, and 49 are told that it does', async () => {
    const { accountId } = newAccount()
    const stores = Array.from({ length: 5 }, newStore)
    const starts = Array.from({ length: 50 }, async (_each, index) => {
      const account = (stores[index % 5] ?? newStore()).forAccount(accountId)
      try {
        return await acquireSyncLock(account, { oaId: 'page', owner: `host ${index}` })
      } catch (error) {
        if (isConversationStoreError(error, 'SYNC_IN_PROGRESS')) return error.details.lockedBy
        throw error
      }
    })
    const answers = await Promise.all(starts)
    const locks = answers.filter((answer) => typeof answer !== 'string')
    expect(locks).toHaveLength(1)
    const [row] = await raw(accountId)
    expect(answers.filter((answer) => answer === row?.holder)).toHaveLength(49)
    for (const lock of locks) await lock.release()
  })

  test.skipIf(isAbsent)('the locks of an account, and of all, are listed with what is past its time, and tidied up', async () => {
    const store = newStore()
    const [first, second] = [newAccount(store), newAccount(store)]
    const held = await acquireSyncLock(first, { oaId: 'a', owner: 'host 1' })
    const over = await acquireSyncLock(first, { oaId: 'b', owner: 'host 2', ttlMs: 1 })
    const elsewhere = await acquireSyncLock(second, { oaId: 'a', owner: 'host 3' })
    await first.acquireLease({ kind: 'move', key: 'a', holder: 'host 4', ttlMs: 60_000 })
    const items = await listedOnceOver(first)
    const { accountId } = first
    expect(items).toMatchObject([
      { accountId, oaId: 'a', lockedBy: 'host 1', expiresAt: held.expiresAt, status: 'ACTIVE' },
      { accountId, oaId: 'b', lockedBy: 'host 2', expiresAt: over.expiresAt, status: 'EXPIRED' },
    ])
    for (const { durationSeconds } of items) expect(durationSeconds >= 0 && durationSeconds < patienceMs / 1_000).toBe(true)
    expect(Object.keys(items[0] ?? {}).sort()).toEqual(
      ['accountId', 'durationSeconds', 'expiresAt', 'lockedAt', 'lockedBy', 'oaId', 'status'].sort(),
    )
    const ofAll: string[] = []
    for await (const { accountId: of, oaId } of listSyncLocks(store.forOperator(), { limit: 1 })) {
      if (of === first.accountId || of === second.accountId) ofAll.push(`${of} ${oaId}`)
    }
    expect(ofAll).toEqual([`${accountId} a`, `${accountId} b`, `${second.accountId} a`].sort())
    expect(await cleanupExpiredLocks(store)).toBe(1)
    expect((await listSyncLocks(first)).items.map(({ oaId }) => oaId)).toEqual(['a'])
    const again = await acquireSyncLock(first, { oaId: 'b', owner: 'host 5' })
    expect(again.token).toBeGreaterThan(over.token)
    expect(await cleanupExpiredLocks(store)).toBe(0)
    for (const lock of [held, again, elsewhere]) await lock.release()
  })

  test.skipIf(isAbsent)('a lock is taken away from a holder that hangs, which is told so, and nothing of another inbox is', async () => {
    const account = newAccount()
    const hanging = await acquireSyncLock(account, { oaId: 'page', owner: 'hangs' })
    const other = await acquireSyncLock(account, { oaId: 'other', owner: 'works' })
    const { accountId } = account
    expect(await breakSyncLock(account, { oaId: 'page' })).toMatchObject({ accountId, oaId: 'page', lockedBy: 'hangs', status: 'ACTIVE' })
    expect(await breakSyncLock(account, { oaId: 'page' })).toBe(null)
    await expect(hanging.extend()).rejects.toMatchObject({ code: 'LEASE_LOST', details: { reason: 'taken over' } })
    expect((await listSyncLocks(account)).items.map(({ oaId }) => oaId)).toEqual(['other'])
    const next = await acquireSyncLock(account, { oaId: 'page', owner: 'next' })
    expect(next.token).toBeGreaterThan(hanging.token)
    for (const lock of [next, other]) await lock.release()
  })

  test.skipIf(isAbsent)('an attempt that was aborted holds nothing, and input that makes no sense is refused by its name', async () => {
    const account = newAccount()
    const sound = { oaId: 'page', owner: 'host' }
    const aborted = acquireSyncLock(account, { ...sound, signal: AbortSignal.abort() })
    await expect(aborted).rejects.toMatchObject({ code: 'ABORTED' })
    const late = new AbortController()
    const meanwhile: typeof account = {
      ...account,
      async acquireLease(input) {
        const answer = await account.acquireLease(input)
        late.abort()
        return answer
      },
    }
    await expect(acquireSyncLock(meanwhile, { ...sound, signal: late.signal })).rejects.toMatchObject({ code: 'ABORTED' })
    for (const [path, wrong] of [
      ['oaId', { oaId: '' }],
      ['owner', { owner: 'a\0b' }],
      ['ttlMs', { ttlMs: 0 }],
      ['ttlMs', { ttlMs: 86_400_001 }],
      ['page', { page: 'x' }],
    ] as const) {
      await expect(acquireSyncLock(account, { ...sound, ...wrong })).rejects.toMatchObject({
        code: 'VALIDATION_FAILED',
        details: { issues: [{ path }] },
      })
    }
    expect(await raw(account.accountId)).toEqual([])
  })
})
