import assert from 'node:assert/strict'
import { begun, moveAll, moveOf } from '../cases/inbox-moves/move-calls.js'
import { type CaseList, withJointWrites } from '../contract-case.js'
import { rejects } from '../expectations.js'

export const inboxMigrationInProgressCases: CaseList = withJointWrites([
  {
    title: 'is the answer while one of the two inboxes takes part in a migration of the account that is not over',
    async run({ scene, raw, unique }) {
      const here = scene()
      const move = await moveOf(here, unique)
      const { account, sourceOaId: a, destinationOaId: b } = move
      const [c, d] = [unique('c'), unique('d')]
      for (const oaId of [c, d]) await account.connectInbox({ oaId, channel: 'sms' })
      const first = await begun(move)
      const details = { migrationId: first.id, sourceOaId: a, destinationOaId: b }
      const crossing = [
        [a, b],
        [b, a],
        [a, c],
        [c, a],
        [b, c],
        [c, b],
      ] as const
      for (const [sourceOaId, destinationOaId] of crossing) {
        const error = await rejects(begun({ account, sourceOaId, destinationOaId }), 'INBOX_MIGRATION_IN_PROGRESS', details)
        assert.deepEqual([error.retryable, error.httpStatus], [false, 409])
      }
      assert.equal((await raw.inboxMigrations(here.accountId)).length, 1)
      await begun({ account, sourceOaId: c, destinationOaId: d })
      await moveAll(move, first)
      await begun({ account, sourceOaId: b, destinationOaId: a })
    },
  },
])

export const redirectRefusedCases: CaseList = withJointWrites([
  {
    title: 'is the answer to a chain and to a circle, and says which inbox is in the way',
    async run({ scene, unique }) {
      const { account } = scene()
      const [a, b, c] = [unique('a'), unique('b'), unique('c')]
      for (const oaId of [a, b, c]) await account.connectInbox({ oaId, channel: 'sms' })
      await account.redirectInbox({ oaId: b, to: c })
      for (const [oaId, to, reason, otherOaId] of [
        [a, b, 'destination redirects', c],
        [c, b, 'destination redirects', c],
        [c, a, 'source is a destination', b],
      ] as const) {
        const error = await rejects(account.redirectInbox({ oaId, to }), 'REDIRECT_REFUSED')
        assert.deepEqual(error.details, { reason, oaId, to, otherOaId })
        assert.deepEqual([error.retryable, error.httpStatus, error.outcome], [false, 422, 'not_applied'])
      }
      await account.redirectInbox({ oaId: a, to: c })
      await rejects(account.redirectInbox({ oaId: b, to: a }), 'REDIRECT_REFUSED', { otherOaId: c })
      await account.redirectInbox({ oaId: a, to: null })
      assert.equal((await account.redirectInbox({ oaId: b, to: a })).redirectedTo, a)
    },
  },
])
