import assert from 'node:assert/strict'
import { type CaseList, withJointWrites } from '../../contract-case.js'
import { losingReplies, retry } from '../../errors/losing-replies.js'
import { holds, only, racing } from '../../expectations.js'
import { begun } from './sync-calls.js'

const day = 24 * 60 * 60 * 1000
const declined = '2593109'
const notSent = 'HISTORY_NOT_SENT'

export const pushedSessionCases: CaseList = withJointWrites([
  {
    title: 'moves the pushed session of the inbox from its first news to its end',
    async run({ scene, store, clock, raw }) {
      const { account, accountId, oaId } = scene(store({ clock: clock.now }))
      await account.connectInbox({ oaId, channel: 'whatsapp' })
      const startedAt = clock.advance(1_000)
      await account.recordHistoryProgress({ oaId, phase: 0, chunkOrder: 1, progress: 10 })
      const first = only((await account.listSyncSessions()).items)
      holds(first, { oaId, origin: 'pushed', source: 'whatsapp webhooks', status: 'running', phase: '0', progress: 10, pages: 1 })
      holds(first, { startedAt, updatedAt: startedAt, finishedAt: null, deadlineAt: new Date(startedAt.getTime() + day) })
      const now = clock.advance(1_000)
      await account.recordHistoryProgress({ oaId, phase: 1, chunkOrder: 1, progress: 60 })
      const moved = { phase: '1', progress: 60, pages: 2, elapsedMs: 1_000, updatedAt: now, deadlineAt: new Date(now.getTime() + day) }
      assert.deepEqual(only((await account.listSyncSessions()).items), { ...first, ...moved })
      const end = clock.advance(1_000)
      await account.recordHistoryProgress({ oaId, progress: 100 })
      await account.recordHistoryProgress({ oaId, errorCode: declined })
      holds(only(await raw.syncState(accountId)), { status: 'completed', pages: 3, progress: 100, finished_at: end, last_error: null })
    },
  },
  {
    title: 'has a history that was declined as failed, and what comes later as a session of its own',
    async run({ scene, store, clock }) {
      const { account, oaId } = scene(store({ clock: clock.now }))
      await account.connectInbox({ oaId, channel: 'whatsapp' })
      const { sessionId } = await begun(account, oaId, { origin: 'pushed' })
      const now = clock.advance(1_000)
      await account.recordHistoryProgress({ oaId, errorCode: declined })
      const failed = await account.findSyncSession({ sessionId })
      holds(failed, { status: 'failed', finishedAt: now, phase: 'waiting' })
      assert.equal(failed?.lastError?.code, 'HISTORY_DECLINED')
      assert.ok(failed?.lastError?.message.includes(declined))
      clock.advance(1_000)
      await account.recordHistoryProgress({ oaId, phase: 0, progress: 40 })
      const [later, before] = (await account.listSyncSessions()).items
      holds(later, { status: 'running', progress: 40 })
      assert.deepEqual(before, failed)
      assert.equal(only((await account.syncStatistics()).items).completionRate, 0)
    },
  },
  {
    title: 'has a history of which nothing came for a day as failed, by the next sweep or the next session',
    async run({ scene, store, clock, unique }) {
      const here = scene(store({ clock: clock.now }))
      const { account, oaId } = here
      await account.connectInbox({ oaId, channel: 'whatsapp' })
      const foreign = here.foreign().account
      await foreign.connectInbox({ oaId, channel: 'telegram' })
      const theirs = await begun(foreign, oaId, { origin: 'pushed' })
      const asked = await begun(account, oaId, { origin: 'pushed' })
      const pulled = await begun(account, oaId)
      clock.advance(day - 1)
      await account.sweep()
      await begun(account, unique('oa'))
      assert.deepEqual(await account.findSyncSession({ sessionId: asked.sessionId }), asked)
      const now = clock.advance(1)
      await account.sweep()
      const ended = await account.findSyncSession({ sessionId: asked.sessionId })
      holds(ended, { status: 'failed', finishedAt: now, updatedAt: now })
      assert.equal(ended?.lastError?.code, notSent)
      assert.deepEqual(await account.findSyncSession({ sessionId: pulled.sessionId }), pulled)
      assert.deepEqual(await here.store.forAccount(theirs.accountId).findSyncSession({ sessionId: theirs.sessionId }), theirs)
      const again = await begun(account, oaId, { origin: 'pushed' })
      clock.advance(day)
      await begun(account, oaId)
      holds(await account.findSyncSession({ sessionId: again.sessionId }), { status: 'failed' })
    },
  },
  {
    title: 'goes on beside a pulled session, and neither supersedes the other',
    async run({ scene }) {
      const { account, oaId } = scene()
      await account.connectInbox({ oaId, channel: 'whatsapp' })
      const pulled = await begun(account, oaId)
      await account.recordHistoryProgress({ oaId, phase: 0, progress: 10 })
      await begun(account, oaId)
      holds(await account.findSyncSession({ sessionId: pulled.sessionId }), { status: 'superseded' })
      const pushed = only((await account.listSyncSessions({ oaId })).items.filter(({ origin }) => origin === 'pushed'))
      holds(pushed, { status: 'running', progress: 10 })
    },
  },
  {
    title: 'moves the session once for news whose reply was lost, and no further for what is nothing new',
    async run({ scene, storeOver, raw }) {
      const { accountId, oaId } = scene()
      const account = storeOver(losingReplies(2), { retry }).forAccount(accountId)
      await account.connectInbox({ oaId, channel: 'whatsapp' })
      await account.recordHistoryProgress({ oaId, phase: 1, progress: 30 })
      await account.recordHistoryProgress({ oaId, phase: 0, progress: 20 })
      holds(only(await raw.syncState(accountId)), { pages: 1, progress: 30, phase: '1' })
    },
  },
  {
    title: 'moves one session for bodies that come at once',
    async run({ scene, raw }) {
      const { account, accountId, oaId } = scene()
      await account.connectInbox({ oaId, channel: 'whatsapp' })
      await racing(12, (index) => account.recordHistoryProgress({ oaId, phase: 0, chunkOrder: index, progress: index * 8 }))
      holds(only(await raw.syncState(accountId)), { progress: 96, status: 'running' })
    },
  },
])
