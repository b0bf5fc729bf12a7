import assert from 'node:assert/strict'
import type { CaseList } from '../contract-case.js'
import { rejects } from '../expectations.js'
import { conversationListCases } from './lists/conversation-list.js'

export const findByChatbotIdCases: CaseList = [
  ...conversationListCases({
    list: ({ account }, input, options) => account.findByChatbotId({ chatbotId: 'the bot', ...input }, options),
    fixed: (conversations) => ({ chatbotId: conversations[0]?.chatbotId ?? 'the bot' }),
    patch: { chatbotId: 'the bot' },
  }),
  {
    title: 'follows a conversation that is given to another chatbot',
    async run({ scene }) {
      const { account, key } = scene()
      const { conversation } = await account.upsertConversation({ ...key, chatbotId: 'a' })
      assert.deepEqual((await account.findByChatbotId({ chatbotId: 'a' })).items, [conversation])
      await account.updateConversation({ ...key, chatbotId: 'b' })
      assert.deepEqual((await account.findByChatbotId({ chatbotId: 'a' })).items, [])
      assert.equal((await account.findByChatbotId({ chatbotId: 'b' })).items.length, 1)
      await account.updateConversation({ ...key, chatbotId: null })
      assert.deepEqual((await account.findByChatbotId({ chatbotId: 'b' })).items, [])
      await rejects(account.findByChatbotId({} as never), 'VALIDATION_FAILED')
    },
  },
]
