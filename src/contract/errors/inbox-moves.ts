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
