import assert from 'node:assert/strict'
import type { CaseList } from '../../contract-case.js'
import { holds, only, rejects } from '../../expectations.js'

export const chainCases: CaseList = [
  {
    title: 'follows chains, and makes no circle',
    async run({ scene }) {
      const { account, key, open, another, rows } = scene()
      const [second, third] = [another(), another()]
      const ids = [await open(), await second.open(), await third.open()].map(({ id }) => ({ conversationId: id }))
      const [a, b, c] = ids as [{ conversationId: string }, { conversationId: string }, { conversationId: string }]
      const { mergeId } = await account.mergeConversations({ keep: b, lose: a })
      const { conversation } = await account.mergeConversations({ keep: c, lose: b })
      for (const { conversationId } of [a, b]) {
        holds(await account.findConversation({ conversationId }), { id: c.conversationId, redirectedFrom: conversationId })
      }
      await rejects(account.mergeConversations({ keep: a, lose: c }), 'MERGE_REFUSED', { reason: 'same conversation' })
      const again = await account.mergeConversations({ keep: c, lose: a })
      assert.deepEqual(again, { outcome: 'unchanged', mergeId, conversation })
      const { conversation: renamed } = await account.updateNickname({ ...a, nickname: 'x' })
      holds(renamed, { id: c.conversationId, nickname: 'x', version: 2 })
      holds(only(await rows.conversations()), { id: c.conversationId })
      assert.equal(await account.findByOaAndCustomer(key), null)
    },
  },
  {
    title: 'merges by the id of a conversation that was merged: it means the one that holds it',
    async run({ scene }) {
      const { account, open, another } = scene()
      const [second, third] = [another(), another()]
      const [a, b, c] = [await open(), await second.open(), await third.open()]
      await account.mergeConversations({ keep: { conversationId: b.id }, lose: { conversationId: a.id } })
      const { conversation } = await account.mergeConversations({ keep: { conversationId: a.id }, lose: { conversationId: c.id } })
      holds(conversation, { id: b.id, version: 2 })
      holds(await account.findConversation({ conversationId: c.id }), { id: b.id })
    },
  },
]
