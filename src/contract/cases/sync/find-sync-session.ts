import assert from 'node:assert/strict'
import { type CaseList, withJointWrites } from '../../contract-case.js'
import { begun } from './sync-calls.js'

export const findSyncSessionCases: CaseList = withJointWrites([
  {
    title: 'finds a session of the account, and none of another',
    async run({ scene, unique }) {
      const ours = scene()
      const session = await begun(ours.account, ours.oaId)
      assert.deepEqual(await ours.account.findSyncSession({ sessionId: session.sessionId }), session)
      assert.equal(await ours.foreign().account.findSyncSession({ sessionId: session.sessionId }), null)
      assert.equal(await ours.account.findSyncSession({ sessionId: unique('session') }), null)
    },
  },
])
