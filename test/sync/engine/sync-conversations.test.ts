import { expect, test } from 'vitest'
import { isConversationStoreError } from '../../../src/index.js'
import { sessionToResume } from '../../../src/sync/engine/session-to-resume.js'
import { syncConversations } from '../../../src/sync/engine/sync-conversations.js'
import { acquireSyncLock } from '../../../src/sync/locks/acquire-sync-lock.js'
import { MovingList } from './moving-list.js'
import { freshAccount, oaId, optionsOf, storedMessages } from './syncing.js'

test('reads a source to its end as history, and leaves a completed session and a free lock', async () => {
  const acme = await freshAccount()
  const list = new MovingList(7)
  const run = await syncConversations(acme, optionsOf({ source: list.source() }))
  // Three pages of the list, and the two of its head that show that nothing has moved.
  expect(run).toEqual({
    hasMore: false,
    resumeSession: null,
    pages: 5,
    conversations: 13,
    created: 7,
    messages: 7,
    duplicates: 6,
    invalid: 0,
    unreadable: 0,
    elapsedMs: expect.any(Number),
  })
  expect(await storedMessages(acme)).toEqual(list.messageIds)
  const { items: conversations } = await acme.listConversations()
  expect(conversations.every(({ unreadCount, status }) => unreadCount === 0 && status === 'open')).toBe(true)
  const { items } = await acme.listSyncSessions()
  expect(items).toMatchObject([{ oaId, source: 'list', status: 'completed', pages: 5, messages: 7, lastError: null }])
  expect((await acme.listLeases()).items).toEqual([])
})

test('ends when its budget is spent, and whoever goes on comes to the same end', async () => {
  const acme = await freshAccount()
  const list = new MovingList(7)
  let run = await syncConversations(acme, optionsOf({ source: list.source(), budget: { pages: 1 } }))
  let runs = 1
  expect(run).toMatchObject({ hasMore: true, resumeSession: expect.any(String), pages: 1, messages: 3 })
  const session = run.resumeSession
  while (run.hasMore) {
    expect(run.resumeSession).toBe(session)
    run = await syncConversations(acme, optionsOf({ source: list.source(), budget: { ms: 1 }, resumeSession: run.resumeSession }))
    runs += 1
    expect(run.pages).toBe(1)
  }
  expect([runs, list.asked, run.resumeSession]).toEqual([5, 5, null])
  expect(await storedMessages(acme)).toEqual(list.messageIds)
  expect(await acme.findSyncSession({ sessionId: session ?? '' })).toMatchObject({ status: 'completed', pages: 5, messages: 7 })
})

test('goes on with no session that is finished, superseded, unknown, or of another inbox or source', async () => {
  const acme = await freshAccount()
  const source = new MovingList(7).source()
  const first = await syncConversations(acme, optionsOf({ source, budget: { pages: 1 } }))
  const second = await syncConversations(acme, optionsOf({ source, budget: { pages: 1 } }))
  const resume = (resumeSession: string | null, how: object = {}) => syncConversations(acme, optionsOf({ source, resumeSession, ...how }))
  const notFound = { code: 'SYNC_SESSION_NOT_FOUND', httpStatus: 404 }
  await expect(resume(first.resumeSession)).rejects.toMatchObject(notFound)
  await expect(resume('unknown')).rejects.toMatchObject(notFound)
  await expect(resume(second.resumeSession, { oaId: 'other' })).rejects.toMatchObject(notFound)
  await expect(resume(second.resumeSession, { source: new MovingList(1).source({ name: 'other' }) })).rejects.toMatchObject(notFound)
  await resume(second.resumeSession)
  const error: unknown = await resume(second.resumeSession).catch((thrown: unknown) => thrown)
  expect([isConversationStoreError(error, 'SYNC_SESSION_NOT_FOUND'), sessionToResume(error)]).toEqual([true, null])
  expect((await acme.listLeases()).items).toEqual([])
})

test('lets one process at a time pull an inbox', async () => {
  const acme = await freshAccount()
  const source = new MovingList(4).source({
    before: async () => {
      const another = syncConversations(acme, optionsOf({ source: new MovingList(1).source(), owner: 'another' }))
      await expect(another).rejects.toMatchObject({ code: 'SYNC_IN_PROGRESS', details: { lockedBy: 'test' } })
    },
  })
  await syncConversations(acme, optionsOf({ source }))
  expect((await acme.listSyncSessions()).items).toHaveLength(1)
  const held = await acquireSyncLock(acme, { oaId: 'other', owner: 'somebody' })
  await syncConversations(acme, optionsOf({ source: new MovingList(1).source() }))
  await held.release()
})

test('writes nothing once another process has taken the inbox over', async () => {
  const acme = await freshAccount()
  const list = new MovingList(7)
  const source = list.source({
    before: async (asked) => {
      if (asked !== 2) return
      const [held] = (await acme.listLeases()).items
      await acme.releaseLease({ kind: 'sync', key: oaId, token: held?.token ?? 0 })
      await acme.acquireLease({ kind: 'sync', key: oaId, holder: 'another', ttlMs: 60_000 })
    },
  })
  const error: unknown = await syncConversations(acme, optionsOf({ source })).catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ code: 'LEASE_LOST' })
  expect(sessionToResume(error)).toBeNull()
  expect(await storedMessages(acme)).toHaveLength(3)
  expect((await acme.listSyncSessions()).items).toMatchObject([{ status: 'running', pages: 1, lastError: null }])
  expect((await acme.listLeases()).items).toMatchObject([{ holder: 'another' }])
})

test('writes what is later than an outage as live, and opens conversations as it is told', async () => {
  const acme = await freshAccount()
  const list = new MovingList(0)
  list.say('old')
  list.say('both')
  const liveSince = list.now
  list.say('both')
  list.say('new')
  await syncConversations(acme, optionsOf({ source: list.source(), liveSince, opens: 'closed' }))
  const found = (await acme.listConversations()).items.map(({ customerId, status, unreadCount }) => [customerId, status, unreadCount])
  expect(found.sort()).toEqual([
    ['both', 'open', 1],
    ['new', 'open', 1],
    ['old', 'closed', 0],
  ])
})

test('tells where it is after each page, and how long it takes once it has been through', async () => {
  const acme = await freshAccount()
  const list = new MovingList(7)
  const told: unknown[] = []
  const run = () =>
    syncConversations(
      acme,
      optionsOf({
        source: list.source(),
        onProgress: ({ phase, pages, messages, duplicates, remainingMs, messagesPerSecond }) => {
          told.push([phase, pages, messages + duplicates, remainingMs === null ? null : remainingMs > 0, messagesPerSecond > 0])
        },
      }),
    )
  await run()
  expect(told).toEqual([
    ['list', 1, 3, null, true],
    ['list', 2, 6, null, true],
    ['head', 3, 7, null, true],
    ['head', 4, 10, null, true],
    ['head', 5, 13, null, true],
  ])
  told.length = 0
  await run()
  expect(told).toEqual([
    ['list', 1, 3, true, true],
    ['list', 2, 6, true, true],
    ['head', 3, 7, true, true],
    ['head', 4, 10, true, true],
    ['head', 5, 13, null, true],
  ])
})

test('ends where the host aborts it or its listener throws, and can be gone on with', async () => {
  const acme = await freshAccount()
  const list = new MovingList(7)
  const stop = new AbortController()
  const source = list.source({ before: (asked) => void (asked === 2 && stop.abort()) })
  const aborted: unknown = await syncConversations(acme, optionsOf({ source, signal: stop.signal })).catch((thrown: unknown) => thrown)
  expect(aborted).toMatchObject({ code: 'ABORTED' })
  const thrown = new Error('the listener')
  const onProgress = () => {
    throw thrown
  }
  const resumeSession = sessionToResume(aborted)
  await expect(syncConversations(acme, optionsOf({ source, resumeSession, onProgress }))).rejects.toBe(thrown)
  expect(sessionToResume(thrown)).toBe(resumeSession)
  expect(await acme.findSyncSession({ sessionId: resumeSession ?? '' })).toMatchObject({ status: 'running', lastError: null })
  expect(await syncConversations(acme, optionsOf({ source, resumeSession }))).toMatchObject({ hasMore: false })
  expect(await storedMessages(acme)).toEqual(list.messageIds)
})

test('refuses options that make no sense, before anything is locked', async () => {
  const acme = await freshAccount()
  const source = new MovingList(1).source()
  const bad: readonly [object, string][] = [
    [{ oaId: '' }, 'oaId'],
    [{ source: { ...source, order: 'none' }, incremental: true }, 'incremental'],
    [{ source: null }, 'source'],
    [{ source: { ...source, pages: null } }, 'source.pages'],
    [{ source: { ...source, name: '' } }, 'source.name'],
    [{ budget: { pages: 0 } }, 'budget.pages'],
    [{ lockTtlMs: 0 }, 'lockTtlMs'],
    [{ retainDays: 0 }, 'retainDays'],
    [{ opens: 'snoozed' }, 'opens'],
    [{ signal: {} }, 'signal'],
    [{ onProgress: {} }, 'onProgress'],
    [{ other: 1 }, 'other'],
  ]
  for (const [how, path] of bad) {
    const refused = syncConversations(acme, { ...optionsOf({ source }), ...how } as never)
    await expect(refused, path).rejects.toMatchObject({ code: 'VALIDATION_FAILED', details: { issues: [{ path }] } })
  }
  expect((await acme.listSyncSessions()).items).toEqual([])
})
