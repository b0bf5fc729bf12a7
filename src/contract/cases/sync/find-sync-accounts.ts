import assert from 'node:assert/strict'
import { type CaseList, withJointWrites } from '../../contract-case.js'
import { rejects } from '../../expectations.js'
import { begun, completed } from './sync-calls.js'

const most = 5_000

export const findSyncAccountsCases: CaseList = withJointWrites([
  {
    title: 'tells the operator which accounts have sessions of syncs, in order, and no more than asked',
    async run({ scene, store }) {
      const operator = store().forOperator()
      const [pulling, pulled, without] = [scene(), scene(), scene()]
      await begun(pulling.account, pulling.oaId)
      for (const oaId of [pulled.oaId, `${pulled.oaId} 2`]) await completed(pulled.account, await begun(pulled.account, oaId))
      const ours = [pulling, pulled, without].map(({ accountId }) => accountId)
      const found = await operator.findSyncAccounts({ limit: most })
      assert.deepEqual(found, [...new Set(found)].sort())
      assert.deepEqual(
        found.filter((accountId) => ours.includes(accountId)),
        [pulling.accountId, pulled.accountId].sort(),
      )
      assert.deepEqual(await operator.findSyncAccounts({ limit: 1 }), found.slice(0, 1))
      const [first = '', second = ''] = [pulling.accountId, pulled.accountId].sort()
      const further = await operator.findSyncAccounts({ after: first, limit: most })
      assert.deepEqual([further.includes(first), further.includes(second)], [false, true])
      const last = await operator.findSyncAccounts({ after: second, limit: most })
      assert.deepEqual([last.includes(first), last.includes(second)], [false, false])
      await rejects(operator.findSyncAccounts({ limit: 0 }), 'VALIDATION_FAILED')
    },
  },
])
