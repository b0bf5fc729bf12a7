import assert from 'node:assert/strict'
import type { CaseList } from '../contract-case.js'
import { rejects } from '../expectations.js'
import { conversationListCases } from './lists/conversation-list.js'

export const listConversationsCases: CaseList = [
  ...conversationListCases({
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
    title: 'finds by an alias what its customer has, and what it had itself before',
    needs: ['joint writes'],
    async run({ scene }) {
      const old = scene()
      const alias = old.another()
      const { account } = old
      const before = await account.upsertConversation(alias.key)
      await account.closeConversation({ conversationId: before.conversation.id })
      const claim = { customerUsername: 'lan', matchUsername: true }
      await account.upsertConversation({ ...old.key, ...claim })
      const { conversation } = await account.upsertConversation({ ...alias.key, ...claim })
      for (const { key } of [old, alias]) {
        for (const filter of [key, { customerId: key.customerId }]) {
          const ids = (await account.listConversations(filter)).items.map(({ id }) => id)
          assert.deepEqual(new Set(ids), new Set([conversation.id, before.conversation.id]))
          assert.equal(await account.countConversations(filter), 2)
        }
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
