import assert from 'node:assert/strict'
import type { CaseList } from '../../contract-case.js'
import { said } from '../../events.js'
import { rejects, upTo } from '../../expectations.js'

export const limitCases: CaseList = [
  {
    title: 'refuses 1,001 conversations, 5,001 events and more than 16 MiB, before anything is stored',
    async run({ scene }) {
      const { account, oaId, rows } = scene()
      const many = upTo(1_001).map((index) => ({ oaId, customerId: `c${index}`, events: [said('m1')] }))
      const bulk = (conversations: typeof many) => account.bulkUpsertConversationsWithEvents({ conversations })
      await rejects(bulk(many), 'PAYLOAD_TOO_LARGE', { limit: 1_000, actual: 1_001 })
      const events = upTo(2_501).map((index) => said(`m${index}`))
      const two = [
        { oaId, customerId: 'a', events },
        { oaId, customerId: 'b', events: events.slice(1) },
      ]
      await rejects(bulk(two), 'PAYLOAD_TOO_LARGE', { limit: 5_000, actual: 5_001 })
      const large = upTo(17).map((index) => said(`m${index}`, { text: 'x'.repeat(1024 * 1024) }))
      await rejects(bulk([{ oaId, customerId: 'a', events: large }]), 'PAYLOAD_TOO_LARGE', { limit: 16 * 1024 * 1024 })
      const each = { oaId, customerId: '', events: [] }
      await rejects(account.bulkUpsertConversationsWithEvents({ atomic: false, conversations: [...many, each] }), 'PAYLOAD_TOO_LARGE')
      await rejects(bulk([{ oaId, customerId: 'a', events: [] }, each]), 'VALIDATION_FAILED')
      assert.deepEqual(await rows.contactInboxes(), [])
    },
  },
]
