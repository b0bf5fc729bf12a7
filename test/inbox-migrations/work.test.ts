import { describe, expect, test } from 'vitest'
import { interceptedAdapter } from '../../src/contract/intercepted-adapter.js'
import { inboxMigrations } from '../../src/inbox-migrations/inbox-migrations.js'
import { work } from '../../src/inbox-migrations/work.js'
import { createMemoryAdapter } from '../../src/memory/create-memory-adapter.js'
import { createMemoryDatabase } from '../../src/memory/database.js'
import { ConversationStoreError, isConversationStoreError } from '../../src/model/errors.js'
import { createConversationStore } from '../../src/store/create-conversation-store.js'
import { between, destinationOaId, fill, house, silent, sleepless } from './moving.js'

const skip = { onActiveConflict: 'skip' } as const

/** A store whose batches fail as told. */
async function failing(fail: (batch: number) => unknown) {
  const database = { ...createMemoryDatabase(), isMigrated: true }
  let batches = 0
  const adapter = interceptedAdapter(createMemoryAdapter(database), async ({ name, send }) => {
    if (name === 'moveInboxBatch') batches += 1
    const error = name === 'moveInboxBatch' ? fail(batches) : null
    if (error instanceof Error) throw error
    return send()
  })
  const store = createConversationStore({ adapter, retry: { attempts: 1 } })
  const account = store.forAccount('acme')
  await fill(account, 3)
  const { id } = await inboxMigrations(account).start({ ...between, ...skip })
  return { store, account, id }
}

describe('a worker', () => {
  test('of eight is the only one at a migration that one of three starts began', async () => {
    const { store, account, events, onAudit } = await house(5)
    const moves = inboxMigrations(account)
    const started = await Promise.all(
      [1, 2, 3].map(() =>
        moves.start({ ...between, ...skip }).then(
          () => 'started',
          (error: unknown) => (isConversationStoreError(error) ? error.code : String(error)),
        ),
      ),
    )
    expect(started.sort()).toEqual(['INBOX_MIGRATION_IN_PROGRESS', 'INBOX_MIGRATION_IN_PROGRESS', 'started'])
    const workers = Array.from({ length: 8 }, (_, n) =>
      work(store, { stopWhenIdle: true, holder: `w${n}`, onAudit, clock: sleepless(), logger: silent }),
    )
    await Promise.all(workers)
    expect(events).toEqual([expect.objectContaining({ type: 'ended', status: 'completed' })])
    const [migration] = (await moves.list()).items
    expect(migration).toMatchObject({ status: 'completed', moved: { conversations: 5, messages: 10 }, batches: 2 })
    expect((await account.findByOa({ oaId: destinationOaId })).items).toHaveLength(5)
    expect((await account.listLeases()).items).toEqual([])
  })

  test('waits out a database that gives way, and fails with the library’s words when it does not come back', async () => {
    const gaveWay = new ConversationStoreError('CONTENTION', { attempts: 1 })
    const passing = await failing((batch) => (batch <= 2 ? gaveWay : null))
    const clock = sleepless()
    await work(passing.store, { stopWhenIdle: true, pauseMs: 10, idleMs: 1, clock, logger: silent })
    expect(await passing.account.findInboxMigration({ migrationId: passing.id })).toMatchObject({ status: 'completed' })
    expect(clock.slept.slice(0, 3)).toEqual([2_010, 4_010, 10])
    const lasting = await failing(() => gaveWay)
    const lines: string[] = []
    const logger = { ...silent, error: (line: string) => void lines.push(line) }
    await work(lasting.store, { stopWhenIdle: true, clock: sleepless(), logger })
    const failed = await lasting.account.findInboxMigration({ migrationId: lasting.id })
    expect(failed).toMatchObject({ status: 'failed', errorMessage: gaveWay.message, batches: 0 })
    expect(lines).toEqual([`[InboxMigration ${lasting.id}] failed: ${gaveWay.message}`])
  })

  test('keeps no text of a driver or a host in what failed', async () => {
    const { store, account, id } = await failing(() => new Error('text of lan\n at lan@x.test\n    at lan@x.test'))
    await work(store, { stopWhenIdle: true, clock: sleepless(), logger: silent })
    const failed = await account.findInboxMigration({ migrationId: id })
    expect(failed).toMatchObject({ status: 'failed', errorBacktrace: expect.stringContaining('at ') })
    expect(JSON.stringify(failed)).not.toMatch(/text of lan|x\.test/)
  })

  test('moves fewer people at a time while batches are slow, and lets the database rest as long', async () => {
    const clock = sleepless()
    const asked: number[] = []
    const database = { ...createMemoryDatabase(), isMigrated: true }
    const adapter = interceptedAdapter(createMemoryAdapter(database), async ({ name, input, send }) => {
      if (name === 'moveInboxBatch') {
        asked.push(Number(Reflect.get(Object(input), 'people')))
        clock.pass(asked.length <= 2 ? 3_000 : 10)
      }
      return send()
    })
    const store = createConversationStore({ adapter })
    await fill(store.forAccount('acme'), 900)
    const { id } = await inboxMigrations(store.forAccount('acme')).start({ ...between, ...skip })
    const lines: string[] = []
    const logger = { ...silent, warn: (line: string) => void lines.push(line) }
    await work(store, { stopWhenIdle: true, slowMs: 1_000, pauseMs: 20, clock, logger })
    expect(asked.slice(0, 3)).toEqual([500, 250, 125])
    expect(clock.slept.slice(0, 2)).toEqual([3_000, 3_000])
    expect(lines).toEqual([
      `[InboxMigration ${id}] stops for 3000 ms, because the database answers slowly: 2 of the last batches took over 1000 ms`,
    ])
  })

  test('gives a batch up that takes too long, and one person alone as long as any call', async () => {
    const clock = sleepless()
    const bounds: unknown[] = []
    const adapter = interceptedAdapter(
      createMemoryAdapter({ ...createMemoryDatabase(), isMigrated: true }),
      async ({ name, input, send }) => {
        if (name !== 'moveInboxBatch') return send()
        const people = Number(Reflect.get(Object(input), 'people'))
        bounds.push([people, Math.round((Number(Reflect.get(Object(input), 'deadline')) - performance.now()) / 1_000)])
        if (people > 1) throw new ConversationStoreError('UNAVAILABLE', { attempts: 1 })
        return send()
      },
    )
    const store = createConversationStore({ adapter, retry: { attempts: 1 }, deadlineMs: 60_000 })
    await fill(store.forAccount('acme'), 3)
    const { id } = await inboxMigrations(store.forAccount('acme')).start({ ...between, ...skip })
    await work(store, { stopWhenIdle: true, batchMs: 7_000, clock, logger: silent })
    expect(bounds.slice(0, 2)).toEqual([
      [500, 7],
      [250, 7],
    ])
    expect(bounds).toContainEqual([1, 60])
    expect(await store.forAccount('acme').findInboxMigration({ migrationId: id })).toMatchObject({ status: 'completed' })
  })

  test('begins with few people where some may become one with others, and takes half of them after a batch that failed', async () => {
    const asked: number[] = []
    const database = { ...createMemoryDatabase(), isMigrated: true }
    const adapter = interceptedAdapter(createMemoryAdapter(database), async ({ name, input, send }) => {
      if (name === 'moveInboxBatch') {
        asked.push(Number(Reflect.get(Object(input), 'people')))
        if (asked.length === 2) throw new ConversationStoreError('CONTENTION', { attempts: 1 })
      }
      return send()
    })
    const store = createConversationStore({ adapter, retry: { attempts: 1 } })
    const account = store.forAccount('acme')
    await fill(account, 200)
    const moves = inboxMigrations(account)
    const working = { stopWhenIdle: true, clock: sleepless(), logger: silent }
    const { id } = await moves.start({ ...between, onActiveConflict: 'merge' })
    await work(store, working)
    expect(asked.slice(0, 4)).toEqual([50, 100, 50, 100])
    asked.splice(0)
    await moves.undo(id)
    await work(store, working)
    expect(asked[0]).toBe(50)
  })

  test('stops when it is told to, and another one goes on', async () => {
    const { store, account } = await house(2)
    const { id } = await inboxMigrations(account).start({ ...between, ...skip })
    const stop = new AbortController()
    const clock = sleepless()
    const stopping = { ...clock, sleep: async () => stop.abort() }
    await work(store, { signal: stop.signal, clock: stopping, logger: silent })
    expect(await account.findInboxMigration({ migrationId: id })).toMatchObject({ status: 'running', batches: 1 })
    await work(store, { stopWhenIdle: true, clock, logger: silent })
    expect(await account.findInboxMigration({ migrationId: id })).toMatchObject({ status: 'completed', batches: 2 })
  })
})
