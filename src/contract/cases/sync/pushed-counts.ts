import assert from 'node:assert/strict'
import { type CaseList, withJointWrites } from '../../contract-case.js'
import { losingReplies, retry } from '../../errors/losing-replies.js'
import { holds, only, racing, rejects } from '../../expectations.js'
import { begun } from './sync-calls.js'

const day = 24 * 60 * 60 * 1000

/** What bodies of a pushed history bring, whether or not they say how far it is. */
export const pushedCountCases: CaseList = withJointWrites([
  {
    title: 'takes a body that says nothing new as a sign of life of the unfinished session',
    async run({ scene, store, clock }) {
      const { account, oaId, rows } = scene(store({ clock: clock.now }))
      await account.connectInbox({ oaId, channel: 'whatsapp' })
      const inbox = await account.recordHistoryProgress({ oaId, phase: 1, chunkOrder: 4, progress: 50 })
      const before = only((await account.listSyncSessions()).items)
      const [row] = await rows.inboxes()
      for (const body of [{ brought: { conversations: 1 } }, { phase: 1, chunkOrder: 2, progress: 40, brought: { conversations: 1 } }]) {
        const now = clock.advance(day - 1)
        assert.deepEqual(await account.recordHistoryProgress({ oaId, ...body }), inbox)
        await account.sweep()
        const { status, pages, progress, updatedAt, deadlineAt } = only((await account.listSyncSessions()).items)
        assert.deepEqual({ status, pages, progress }, { status: 'running', pages: 1, progress: 50 })
        assert.deepEqual({ updatedAt, deadlineAt }, { updatedAt: now, deadlineAt: new Date(now.getTime() + day) })
      }
      holds(only((await account.listSyncSessions()).items), { sessionId: before.sessionId, conversations: 2 })
      holds(only(await rows.inboxes()), { updated_at: row?.updated_at, history_at: row?.history_at })
      clock.advance(day)
      await account.sweep()
      holds(only((await account.listSyncSessions()).items), { status: 'failed' })
    },
  },
  {
    title: 'begins and reopens no session by what says nothing new',
    async run({ scene }) {
      const { account, oaId } = scene()
      await account.connectInbox({ oaId, channel: 'whatsapp' })
      await account.recordHistoryProgress({ oaId, brought: { messages: 2 } })
      assert.deepEqual((await account.listSyncSessions()).items, [])
      await account.recordHistoryProgress({ oaId, phase: 0, progress: 100 })
      const completed = only((await account.listSyncSessions()).items)
      await account.recordHistoryProgress({ oaId, phase: 0, progress: 100, brought: { messages: 2 } })
      assert.deepEqual(only((await account.listSyncSessions()).items), completed)
      await rejects(account.recordHistoryProgress({ oaId, brought: { messages: -1 } }), 'VALIDATION_FAILED')
    },
  },
  {
    title: 'counts what the bodies of a pushed history bring, and for how long they come',
    async run({ scene, store, clock }) {
      const { account, oaId } = scene(store({ clock: clock.now }))
      await account.connectInbox({ oaId, channel: 'whatsapp' })
      const { sessionId } = await begun(account, oaId, { origin: 'pushed' })
      const counts = { conversations: 3, created: 2, messages: 40, duplicates: 1 }
      clock.advance(1_000)
      await account.recordHistoryProgress({ oaId, phase: 0, chunkOrder: 2, progress: 60, brought: counts })
      clock.advance(1_000)
      await account.recordHistoryProgress({ oaId, phase: 0, chunkOrder: 1, progress: 20, brought: { messages: 2 } })
      clock.advance(500)
      await account.recordHistoryProgress({ oaId, progress: 100, brought: { duplicates: 5 } })
      const sums = { conversations: 3, created: 2, messages: 42, duplicates: 6, pages: 3, elapsedMs: 2_500 }
      holds(await account.findSyncSession({ sessionId }), { status: 'completed', ...sums })
      holds(only((await account.syncStatistics()).items), { messages: 42, pages: 3, p50Ms: 2_500, p95Ms: 2_500 })
      await account.connectInbox({ oaId: `${oaId} too`, channel: 'whatsapp' })
      await account.recordHistoryProgress({ oaId: `${oaId} too`, progress: 5, brought: counts })
      holds(only((await account.listSyncSessions({ oaId: `${oaId} too` })).items), { ...counts, pages: 1 })
    },
  },
  {
    title: 'counts once what a body brought whose reply was lost, and all of what bodies bring at once',
    async run({ scene, storeOver }) {
      const { account, accountId, oaId } = scene()
      await account.connectInbox({ oaId, channel: 'whatsapp' })
      await account.recordHistoryProgress({ oaId, phase: 1, progress: 30 })
      const meanwhile = () => account.recordHistoryProgress({ oaId, phase: 0, brought: { messages: 1 } })
      const losing = storeOver(losingReplies(2, meanwhile), { retry }).forAccount(accountId)
      await losing.recordHistoryProgress({ oaId, phase: 0, brought: { messages: 10 } })
      holds(only((await account.listSyncSessions()).items), { messages: 12, pages: 4 })
      await racing(8, () => account.recordHistoryProgress({ oaId, brought: { messages: 1 } }))
      holds(only((await account.listSyncSessions()).items), { messages: 20, pages: 12 })
    },
  },
])
