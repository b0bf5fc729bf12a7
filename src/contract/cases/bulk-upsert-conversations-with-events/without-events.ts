import assert from 'node:assert/strict'
import type { CaseList } from '../../contract-case.js'
import { written } from './written.js'

export const withoutEventsCases: CaseList = [
  {
    title: 'answers an empty call with an empty list',
    async run({ scene }) {
      const { account, rows } = scene()
      assert.deepEqual(await account.bulkUpsertConversationsWithEvents({ conversations: [] }), [])
      assert.deepEqual(await rows.contactInboxes(), [])
    },
  },
  {
    title: 'upserts conversations without events, each with its own outcome',
    async run({ scene }) {
      const { account, oaId, key, open, rows } = scene()
      await open()
      const results = await account.bulkUpsertConversationsWithEvents({
        atomic: false,
        conversations: [
          { oaId, customerId: 'a', nickname: '$a' },
          { ...key, nickname: 'Lan' },
          { ...key, nickname: 'Lan' },
          { oaId, customerId: 'b', events: [] },
        ],
      })
      assert.deepEqual(
        results.map((result) => written(result).outcome),
        ['created', 'updated', 'unchanged', 'created'],
      )
      assert.deepEqual(
        results.map((result) => written(result).conversation?.version),
        [0, 1, 1, 0],
      )
      assert.equal((await rows.conversations()).length, 3)
    },
  },
]
