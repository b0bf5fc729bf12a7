import assert from 'node:assert/strict'
import type { CaseList } from '../contract-case.js'
import { rejects } from '../expectations.js'
import { conversationListCases } from './lists/conversation-list.js'

export const listConversationsCases: CaseList = [
  ...conversationListCases({
    name: 'listConversations',
    list: ({ account }, input, options) => account.listConversations(input, options),
    fixed: () => ({}),
    patch: {},
  }),
  {
    title: 'needs no input',
    async run({ scene }) {
      const { account, open } = scene()
      const opened = await open()
      assert.deepEqual(await account.listConversations(), { items: [opened], nextCursor: null })
    },
  },
  {
    title: 'finds by an alias what its customer has',
    async run({ scene }) {
      const old = scene()
      const alias = old.another()
      const { account } = old
      const claim = { customerUsername: 'lan', matchUsername: true }
      await account.upsertConversation({ ...old.key, ...claim })
      const { conversation } = await account.upsertConversation({ ...alias.key, ...claim })
      for (const { key } of [old, alias]) {
        assert.deepEqual((await account.listConversations({ customerId: key.customerId })).items, [conversation])
        assert.deepEqual((await account.listConversations(key)).items, [conversation])
      }
    },
  },
  {
    title: 'reads nothing before it is awaited, and again each time it is',
    async run({ scene }) {
      const { account, open } = scene()
      const list = account.listConversations()
      assert.deepEqual((await list).items, [])
      await open()
      assert.equal((await list).items.length, 1)
      await rejects(account.listConversations({ nonsense: 1 } as never), 'VALIDATION_FAILED')
    },
  },
]
