import assert from 'node:assert/strict'
import type { CaseList } from '../../contract-case.js'
import { rejects } from '../../expectations.js'

export const closeCases: CaseList = [
  {
    title: 'ends this store, and no other one on the same connections',
    async run({ store, scene }) {
      const ending = store()
      const { open, accountId, account } = scene()
      const opened = await open()
      await ending.forAccount(accountId).findConversation({ conversationId: opened.id })
      await ending.close()
      await ending.close()
      assert.deepEqual(await account.findConversation({ conversationId: opened.id }), opened)
      await store().forAccount(accountId).updateNickname({ conversationId: opened.id, nickname: 'still there' })
    },
  },
  {
    title: 'lets calls that are under way finish',
    async run({ store, scene }) {
      const { accountId, key, rows } = scene()
      const ending = store()
      const call = ending.forAccount(accountId).upsertConversation(key)
      await ending.close()
      await call.then(
        ({ outcome }) => assert.equal(outcome, 'created'),
        (error: unknown) => rejects(Promise.reject(error), 'STORE_CLOSED'),
      )
      assert.ok((await rows.conversations()).length <= 1)
    },
  },
  {
    title: 'happens at the end of an `await using` block',
    async run({ store, scene }) {
      const { accountId, key } = scene()
      const ending = store()
      await ending[Symbol.asyncDispose]()
      await rejects(ending.forAccount(accountId).upsertConversation(key), 'STORE_CLOSED')
    },
  },
]
