import assert from 'node:assert/strict'
import { type CaseList, withJointWrites } from '../../contract-case.js'
import { losingReplies, retry } from '../../errors/losing-replies.js'
import { holds, only, rejects, upTo } from '../../expectations.js'
import { begun } from './sync-calls.js'

const declined = '2593109'
const pushed = { origin: 'pushed' } as const

/** Histories that a host asks a channel for more than once, or for an inbox that is not there. */
export const pushedAgainCases: CaseList = withJointWrites([
  {
    title: 'moves the session of a history that is asked for again, from its first body to its last',
    async run({ scene, store, clock }) {
      const { account, oaId } = scene(store({ clock: clock.now }))
      await account.connectInbox({ oaId, channel: 'whatsapp' })
      await account.recordHistoryProgress({ oaId, phase: 2, chunkOrder: 9, progress: 100 })
      const now = clock.advance(1_000)
      const { sessionId } = await begun(account, oaId, pushed)
      holds(only((await account.listInboxes()).items), { history: null, updatedAt: now })
      clock.advance(1_000)
      for (const phase of [0, 1]) {
        await account.recordHistoryProgress({ oaId, phase, chunkOrder: 1, progress: 40 + phase })
        holds(await account.findSyncSession({ sessionId }), { status: 'running', phase: String(phase), progress: 40 + phase })
      }
      const { history } = await account.recordHistoryProgress({ oaId, phase: 2, chunkOrder: 1, progress: 100 })
      holds(history, { phase: 2, chunkOrder: 1, progress: 100 })
      holds(await account.findSyncSession({ sessionId }), { status: 'completed', phase: '2', progress: 100, pages: 3 })
      holds(only((await account.syncStatistics()).items), { sessions: 2, completed: 2 })
    },
  },
  {
    title: 'ends the session of a history that is declined again at once',
    async run({ scene }) {
      const { account, oaId, rows } = scene()
      await account.connectInbox({ oaId, channel: 'whatsapp' })
      await account.recordHistoryProgress({ oaId, errorCode: declined })
      const { sessionId } = await begun(account, oaId, pushed)
      holds(only(await rows.inboxes()), { history_error: null, history_at: null })
      await account.recordHistoryProgress({ oaId, errorCode: declined })
      const failed = await account.findSyncSession({ sessionId })
      holds(failed, { status: 'failed' })
      assert.equal(failed?.lastError?.code, 'HISTORY_DECLINED')
    },
  },
  {
    title: 'forgets what came of a history once, though the reply of the request was lost',
    async run({ scene, storeOver, raw }) {
      const { account, accountId, oaId } = scene()
      await account.connectInbox({ oaId, channel: 'whatsapp' })
      await account.recordHistoryProgress({ oaId, progress: 100 })
      const news = () => account.recordHistoryProgress({ oaId, phase: 0, chunkOrder: 1, progress: 40 })
      const asking = storeOver(losingReplies(2, news), { retry }).forAccount(accountId)
      const { sessionId } = await begun(asking, oaId, pushed)
      holds(only((await account.listInboxes()).items).history, { phase: 0, progress: 40 })
      holds(await account.findSyncSession({ sessionId }), { status: 'running', progress: 40 })
      assert.equal((await raw.syncState(accountId)).length, 2)
    },
  },
  {
    title: 'has the news of a history before the request for it or after it, where both come at once',
    async run({ scene, unique }) {
      const { account } = scene()
      const inboxes = upTo(12).map((index) => unique(`oa${index}`))
      for (const oaId of inboxes) await account.connectInbox({ oaId, channel: 'whatsapp' })
      await Promise.all(
        inboxes.flatMap((oaId) => [account.recordHistoryProgress({ oaId, phase: 0, progress: 100 }), begun(account, oaId, pushed)]),
      )
      for (const { oaId, history } of (await account.listInboxes({ limit: 100 })).items) {
        const asked = (await account.listSyncSessions({ oaId })).items.find(({ source }) => source === 'export')
        const isAfter = history?.progress === 100
        holds(asked, isAfter ? { status: 'completed', progress: 100 } : { status: 'running', progress: null })
      }
    },
  },
  {
    title: 'leaves what came of a history as it is where one is pulled',
    async run({ scene }) {
      const { account, oaId } = scene()
      await account.connectInbox({ oaId, channel: 'whatsapp' })
      const inbox = await account.recordHistoryProgress({ oaId, phase: 1, progress: 40 })
      await begun(account, oaId)
      assert.deepEqual(only((await account.listInboxes()).items), inbox)
    },
  },
  {
    title: 'begins no pushed session for an inbox that the account never connected',
    async run({ scene }) {
      const ours = scene()
      const { account, oaId } = ours
      await ours.foreign().account.connectInbox({ oaId, channel: 'whatsapp' })
      await rejects(begun(account, oaId, pushed), 'NOT_FOUND', { what: 'inbox' })
      assert.deepEqual((await account.listSyncSessions()).items, [])
      await account.connectInbox({ oaId, channel: 'telegram' })
      await account.disconnectInbox({ oaId })
      holds(await begun(account, oaId, pushed), { status: 'running', phase: 'waiting' })
    },
  },
])
