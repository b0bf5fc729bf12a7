import assert from 'node:assert/strict'
import { type CaseList, withJointWrites } from '../../contract-case.js'
import { only, racing, tally } from '../../expectations.js'

export const usernameRaceCases: CaseList = withJointWrites([
  {
    title: 'gives 25 concurrent new ids of one username the one conversation',
    async run({ scene }) {
      const old = scene()
      const { account, oaId, rows } = old
      await account.upsertConversation({ ...old.key, customerUsername: 'lan', matchUsername: true })
      const claim = { oaId, customerUsername: 'lan', matchUsername: true }
      const results = await racing(25, (index) => account.upsertConversation({ ...claim, customerId: `c${index}` }))
      assert.deepEqual(tally(results.map(({ outcome }) => outcome)), { adopted: 25 })
      only(await rows.conversations())
      assert.equal((await rows.contactInboxes()).length, 26)
    },
  },
  {
    title: 'opens one conversation for 25 concurrent ids of a username that nobody had yet',
    async run({ scene }) {
      const { account, oaId, rows } = scene()
      const claim = { oaId, customerUsername: 'lan', matchUsername: true }
      const results = await racing(25, (index) => account.upsertConversation({ ...claim, customerId: `c${index}` }))
      assert.deepEqual(tally(results.map(({ outcome }) => outcome)), { created: 1, adopted: 24 })
      only(await rows.conversations())
    },
  },
])
