import assert from 'node:assert/strict'
import type { CaseList } from '../../contract-case.js'
import { losingReplies, retry } from '../../errors/losing-replies.js'
import { holds, rejects, upTo } from '../../expectations.js'

export const mergedResendCases: CaseList = [
  {
    title: 'knows a lost change after its conversation was merged away',
    async run({ scene, store, storeOver }) {
      const { account, accountId, key, open, another } = scene()
      const other = another()
      const { id: keptId } = await open()
      const { id: lostId } = await other.open()
      const merge = () =>
        store()
          .forAccount(accountId)
          .mergeConversations({ keep: key, lose: { conversationId: lostId } })
      const losing = storeOver(losingReplies(1, merge), { retry }).forAccount(accountId)
      const { outcome, conversation } = await losing.updateNickname({ conversationId: lostId, nickname: 'OLD' })
      assert.equal(outcome, 'updated')
      holds(conversation, { id: keptId, redirectedFrom: lostId, nickname: null, version: 1 })
      holds(await account.findByOaAndCustomer(key), { nickname: null, version: 1 })
    },
  },
  {
    title: 'never applies a lost change twice whose conversation was merged away since, and that was forgotten there',
    async run({ scene, store, storeOver }) {
      const { account, accountId, key, open, another } = scene()
      const other = another()
      await open()
      const { id: lostId } = await other.open()
      const here = store().forAccount(accountId)
      const mergedAndForgotten = async () => {
        await here.mergeConversations({ keep: key, lose: { conversationId: lostId } })
        for (const n of upTo(20)) await here.updateNickname({ ...key, nickname: `young ${n}` })
      }
      const losing = storeOver(losingReplies(1, mergedAndForgotten), { retry }).forAccount(accountId)
      await rejects(losing.updateNickname({ conversationId: lostId, nickname: 'OLD' }), 'COMMIT_OUTCOME_UNKNOWN')
      const kept = await account.findByOaAndCustomer(key)
      assert.match(String(kept?.nickname), /^young/)
      holds(kept, { version: 21 })
    },
  },
]
