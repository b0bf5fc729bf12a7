import assert from 'node:assert/strict'
import { type CaseList, withJointWrites } from '../../contract-case.js'
import { losingReplies, retry } from '../../errors/losing-replies.js'
import { holds, only, rejects } from '../../expectations.js'
import { begun, completed, pageOf } from './sync-calls.js'

const error = { code: 'SOURCE_UNAUTHORIZED', message: 'SOURCE_UNAUTHORIZED: $source refused the token' }

export const failSyncCases: CaseList = withJointWrites([
  {
    title: 'notes why a run ended, until the session moves on',
    async run({ scene, store, clock, raw }) {
      const { account, accountId, oaId } = scene(store({ clock: clock.now }))
      const session = await begun(account, oaId)
      const { sessionId } = session
      const now = clock.advance(1_000)
      const failed = await account.failSync({ sessionId, error, elapsedMs: 40 })
      assert.deepEqual(failed, { ...session, status: 'failed', lastError: error, updatedAt: now, elapsedMs: 40 })
      assert.deepEqual(await account.findSyncSession({ sessionId }), failed)
      holds(only(await raw.syncState(accountId)), { status: 'failed', finished_at: null, elapsed_ms: 40 })
      const moved = await account.writeSyncPage(pageOf(failed, 'lan', []))
      holds(moved.session, { status: 'running', lastError: null, pages: 1 })
      holds(only(await raw.syncState(accountId)), { status: 'running' })
    },
  },
  {
    title: 'cuts a reason that is too long, in whole characters, because a failure that is not noted is overlooked',
    async run({ scene }) {
      const { account, oaId } = scene()
      const { sessionId } = await begun(account, oaId)
      const failed = await account.failSync({ sessionId, error: { code: 'CODE', message: `why\0: ${'🍵'.repeat(2_000)}` } })
      const lastError = { code: 'CODE', message: `why: ${'🍵'.repeat((4_096 - 5 - 3) / 4)}…` }
      assert.deepEqual([failed.status, failed.lastError], ['failed', lastError])
      holds(await account.findSyncSession({ sessionId }), { status: 'failed', lastError })
    },
  },
  {
    title: 'counts the time of a failure once whose reply was lost',
    async run({ scene, storeOver, raw }) {
      const { accountId, oaId } = scene()
      const account = storeOver(losingReplies(2), { retry }).forAccount(accountId)
      const { sessionId } = await begun(account, oaId)
      holds(await account.failSync({ sessionId, error, elapsedMs: 40 }), { elapsedMs: 40 })
      holds(only(await raw.syncState(accountId)), { elapsed_ms: 40 })
    },
  },
  {
    title: 'changes no session that is finished, nor another account’s',
    async run({ scene, raw }) {
      const ours = scene()
      const theirs = ours.foreign()
      const done = await completed(ours.account, await begun(ours.account, ours.oaId))
      const running = await begun(theirs.account, ours.oaId)
      for (const { sessionId } of [done, running]) {
        await rejects(ours.account.failSync({ sessionId, error }), 'SYNC_SESSION_NOT_FOUND', { sessionId })
      }
      holds(only(await raw.syncState(ours.accountId)), { status: 'completed' })
      holds(only(await raw.syncState(theirs.accountId)), { status: 'running' })
    },
  },
])
