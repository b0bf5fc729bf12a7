import assert from 'node:assert/strict'
import type { CaseList } from '../contract-case.js'
import { present, rejects } from '../expectations.js'
import { conversationListCases } from './lists/conversation-list.js'

export const findByOaCases: CaseList = [
  ...conversationListCases({
    list: ({ account, oaId }, input, options) => account.findByOa({ oaId, ...input }, options),
    fixed: (conversations, { oaId }) => ({ oaId: conversations[0]?.oaId ?? oaId }),
    patch: {},
  }),
  {
    title: 'needs an inbox, and shares its cursors with the list of the same filter',
    async run({ scene }) {
      const { account, oaId, open, another } = scene()
      await open()
      await another().open()
      await rejects(account.findByOa({} as never), 'VALIDATION_FAILED')
      await rejects(account.findByOa({ oaId: { $ne: null } as never }), 'VALIDATION_FAILED')
      const { items, nextCursor } = await account.findByOa({ oaId, limit: 1 })
      const rest = await account.listConversations({ oaId, cursor: present(nextCursor) })
      assert.equal(rest.items.length, 1)
      assert.notEqual(rest.items[0]?.id, items[0]?.id)
    },
  },
]
