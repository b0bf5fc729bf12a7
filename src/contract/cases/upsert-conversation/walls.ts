import assert from 'node:assert/strict'
import { isConversationStoreError } from '../../../model/errors.js'
import type { CaseList } from '../../contract-case.js'
import { holds, only } from '../../expectations.js'

export const wallCases: CaseList = [
  {
    title: 'keeps the same customer of the same oaId apart under two accounts',
    async run({ scene }) {
      const ours = scene()
      const theirs = ours.foreign()
      const first = await ours.account.upsertConversation({ ...ours.key, nickname: 'ours' })
      const second = await theirs.account.upsertConversation({ ...theirs.key, nickname: 'theirs' })
      assert.equal(second.outcome, 'created')
      assert.notEqual(second.conversation.contactId, first.conversation.contactId)
      await theirs.account.upsertConversation({ ...theirs.key, nickname: 'changed' })
      holds(only(await ours.rows.conversations()), { id: first.conversation.id, nickname: 'ours', version: 0 })
      holds(only(await theirs.rows.conversations()), { id: second.conversation.id, nickname: 'changed', version: 1 })
    },
  },
  {
    title: 'can not be made to write to another account by a field of the input',
    async run({ scene }) {
      const ours = scene()
      const theirs = ours.foreign()
      const input = { ...ours.key, accountId: theirs.accountId, account_id: theirs.accountId, nickname: 'x' }
      try {
        const { conversation } = await ours.account.upsertConversation(input)
        assert.equal(conversation.accountId, ours.accountId)
      } catch (error) {
        assert.ok(isConversationStoreError(error, 'VALIDATION_FAILED'), String(error))
      }
      assert.deepEqual(await theirs.rows.conversations(), [])
      assert.deepEqual(await theirs.rows.contactInboxes(), [])
    },
  },
]
