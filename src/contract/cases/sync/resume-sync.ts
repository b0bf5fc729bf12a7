import assert from 'node:assert/strict'
import { type CaseList, withJointWrites } from '../../contract-case.js'
import { holds, only } from '../../expectations.js'
import { begun, pageOf, source } from './sync-calls.js'

export const resumeSyncCases: CaseList = withJointWrites([
  {
    title: 'goes on with a session where it was, and with one whose last run failed',
    async run({ scene, store, clock, raw }) {
      const { account, accountId, oaId } = scene(store({ clock: clock.now }))
      const first = await begun(account, oaId)
      const { sessionId } = first
      const { session } = await account.writeSyncPage(pageOf(first, 'lan', [], { walk: 'notes' }))
      await account.failSync({ sessionId, error: { code: 'CODE', message: 'why' } })
      const now = clock.advance(1_000)
      const resumed = await account.resumeSync({ sessionId, oaId, source })
      assert.deepEqual(resumed, { ...session, updatedAt: now })
      assert.deepEqual(await account.findSyncSession({ sessionId }), resumed)
      holds(only(await raw.syncState(accountId)), { status: 'running', cursor: 'after 1', walk: 'notes' })
    },
  },
  {
    title: 'goes on with a session in the millisecond in which it began, and changes nothing of it',
    async run({ scene, store, clock }) {
      const { account, oaId } = scene(store({ clock: clock.now }))
      const { sessionId } = await begun(account, oaId)
      const session = await account.findSyncSession({ sessionId })
      assert.deepEqual(await account.resumeSync({ sessionId, oaId, source }), session)
      assert.deepEqual(await account.findSyncSession({ sessionId }), session)
    },
  },
])
