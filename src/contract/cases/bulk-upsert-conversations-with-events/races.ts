import assert from 'node:assert/strict'
import { withEvents } from '../../contract-case.js'
import { said } from '../../events.js'
import { holds, racing, tally, upTo } from '../../expectations.js'

export const raceCases = withEvents([
  {
    title: 'lets concurrent calls that name the same customers in opposite orders all succeed',
    async run({ scene }) {
      const { account, oaId, rows } = scene()
      const customers = upTo(10).map((index) => `c${index}`)
      const results = await racing(20, (call) => {
        const order = call % 2 ? customers : [...customers].reverse()
        const conversations = order.map((customerId) => ({ oaId, customerId, events: [said(`m${call}`)] }))
        return account.bulkUpsertConversationsWithEvents({ conversations })
      })
      const outcomes = results.flat().map((result) => (result.ok ? result.outcome : 'failed'))
      assert.deepEqual(tally(outcomes), { created: 10, updated: 190 })
      const conversations = await rows.conversations()
      assert.equal(conversations.length, 10)
      for (const conversation of conversations) holds(conversation, { last_seq: 20, unread_count: 20, version: 19 })
    },
  },
  {
    title: 'stores a message once that two concurrent calls bring',
    async run({ scene }) {
      const { account, oaId, rows } = scene()
      const conversations = upTo(10).map((index) => ({ oaId, customerId: `c${index}`, events: [said('m1'), said('m2')] }))
      const results = await racing(10, () => account.bulkUpsertConversationsWithEvents({ conversations }))
      const outcomes = results.flat().map((result) => (result.ok ? result.outcome : 'failed'))
      assert.deepEqual(tally(outcomes), { created: 10, duplicate: 90 })
      assert.equal((await rows.messages()).length, 20)
      for (const conversation of await rows.conversations()) holds(conversation, { last_seq: 2, unread_count: 2, version: 0 })
    },
  },
])
