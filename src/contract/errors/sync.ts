import assert from 'node:assert/strict'
import { begun, completed, source } from '../cases/sync/sync-calls.js'
import { type CaseList, withJointWrites } from '../contract-case.js'
import { rejects } from '../expectations.js'

export const syncSessionNotFoundCases: CaseList = withJointWrites([
  {
    title: 'is the answer for a session that is finished, superseded, unknown, another account’s, or of another inbox or source',
    async run({ scene, raw, unique }) {
      const here = scene()
      const { account, accountId, oaId } = here
      const theirs = await begun(here.foreign().account, oaId)
      const done = await completed(account, await begun(account, oaId))
      const superseded = await begun(account, oaId)
      const running = await begun(account, oaId)
      const before = await raw.syncState(accountId)
      const of = (sessionId: string, other: object = {}) => ({ sessionId, oaId, source, ...other })
      const unknown = [of(done.sessionId), of(superseded.sessionId), of(unique('session')), of(theirs.sessionId)]
      const elsewhere = [of(running.sessionId, { oaId: unique('oa') }), of(running.sessionId, { source: 'another' })]
      for (const input of [...unknown, ...elsewhere]) {
        const error = await rejects(account.resumeSync(input), 'SYNC_SESSION_NOT_FOUND', { sessionId: input.sessionId })
        assert.equal(error.retryable, false)
        assert.equal(error.httpStatus, 404)
      }
      assert.deepEqual(await raw.syncState(accountId), before)
    },
  },
])
