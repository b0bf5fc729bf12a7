import assert from 'node:assert/strict'
import type { CaseList } from '../../contract-case.js'
import { only } from '../../expectations.js'
import { acquired } from '../leases/lease-calls.js'

export const forOperatorCases: CaseList = [
  {
    title: 'has leases that are no account’s, and none of an account',
    async run({ store, scene, raw, unique }) {
      const { account, accountId } = scene()
      const operator = store().forOperator()
      const name = { kind: 'contract', key: unique('key') }
      const ofOperator = async () => (await operator.listLeases({ kind: name.kind })).items.filter(({ key }) => key === name.key)
      const { token } = await acquired(operator, name)
      await acquired(account, name)
      only(await raw.leases(accountId))
      only(await ofOperator())
      await account.releaseLease({ ...name, token })
      only(await ofOperator())
      await operator.releaseLease({ ...name, token })
      assert.deepEqual(await ofOperator(), [])
    },
  },
]
