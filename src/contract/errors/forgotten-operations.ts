import assert from 'node:assert/strict'
import type { CaseList } from '../contract-case.js'
import { holds, only, present, rejects, upTo } from '../expectations.js'
import { losingReplies, retry } from './losing-replies.js'

export const forgottenOperationCases: CaseList = [
  {
    title: 'is said of a change that the conversation may have forgotten among 16 younger ones, which is not applied again',
    async run({ store, storeOver, scene }) {
      const { accountId, key, open, rows } = scene()
      const { id } = await open()
      const other = store().forAccount(accountId)
      const busy = async () => {
        for (const index of upTo(16)) await other.updateNickname({ conversationId: id, nickname: `other ${index}` })
      }
      const losing = storeOver(losingReplies(1, busy), { retry }).forAccount(accountId)
      await rejects(losing.updateConversation({ ...key, nickname: 'mine', chatbotId: 'bot' }), 'COMMIT_OUTCOME_UNKNOWN')
      holds(only(await rows.conversations()), { version: 17, nickname: 'other 16', chatbot_id: 'bot' })
    },
  },
  {
    title: 'is not said of a change that 15 younger ones have followed',
    async run({ store, storeOver, scene }) {
      const { accountId, key, open, rows } = scene()
      const { id } = await open()
      const other = store().forAccount(accountId)
      const busy = async () => {
        for (const index of upTo(15)) await other.updateNickname({ conversationId: id, nickname: `other ${index}` })
      }
      const losing = storeOver(losingReplies(1, busy), { retry }).forAccount(accountId)
      const { outcome, conversation } = await losing.updateConversation({ ...key, nickname: 'mine' })
      assert.equal(outcome, 'updated')
      holds(present(conversation), { version: 16, nickname: 'other 15' })
      holds(only(await rows.conversations()), { version: 16 })
    },
  },
]
