import assert from 'node:assert/strict'
import type { CaseList } from '../contract-case.js'
import { rejects } from '../expectations.js'

export const findConversationCases: CaseList = [
  {
    title: 'finds a conversation by its id, closed ones too, as the last write left it',
    async run({ scene }) {
      const { account, key } = scene()
      const { conversation } = await account.upsertConversation({ ...key, nickname: 'Lan', metadata: { a: 1 } })
      assert.deepEqual(await account.findConversation({ conversationId: conversation.id }), conversation)
      const closed = await account.closeConversation(key)
      assert.deepEqual(await account.findConversation({ conversationId: conversation.id }), closed.conversation)
    },
  },
  {
    title: 'answers null for an unknown id and for another account’s',
    async run({ scene }) {
      const ours = scene()
      const { id } = await ours.open()
      assert.equal(await ours.account.findConversation({ conversationId: `${id}x` }), null)
      assert.equal(await ours.foreign().account.findConversation({ conversationId: id }), null)
    },
  },
  {
    title: 'refuses whatever is no id',
    async run({ scene }) {
      const { account, open } = scene()
      await open()
      for (const conversationId of [{ $ne: null }, { $gt: '' }, ['a'], /./, '', 5, null, undefined, Object('a')]) {
        await rejects(account.findConversation({ conversationId: conversationId as never }), 'VALIDATION_FAILED')
      }
    },
  },
  {
    title: 'says ABORTED for a signal that was aborted before',
    async run({ scene }) {
      const { account, open } = scene()
      const { id } = await open()
      await rejects(account.findConversation({ conversationId: id }, { signal: AbortSignal.abort() }), 'ABORTED')
      const { signal } = new AbortController()
      assert.equal((await account.findConversation({ conversationId: id }, { signal }))?.id, id)
    },
  },
]
