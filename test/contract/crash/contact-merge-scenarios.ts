import type { AccountConversations } from '../../../src/store/account-conversations.js'

const oaId = 'oa'
const lan = { oaId, customerId: 'lan' }
const hoa = { oaId, customerId: 'hoa' }
const mai = { oaId, customerId: 'mai' }

/** The merge that was prepared in an account. */
const mergeIds = new Map<string, string>()

async function threeContacts(account: AccountConversations): Promise<void> {
  for (const key of [lan, hoa, mai]) await account.upsertConversation({ ...key, customerName: key.customerId })
  await account.updateContact({ ...hoa, name: 'Mrs Hoa', metadata: { vip: true } })
  await account.mergeContacts({ keep: hoa, lose: mai })
}

/** The scenarios of merges of contacts and of their undoing. */
export const contactMergeScenarios = {
  mergeContacts: [{ prepare: threeContacts, act: (account: AccountConversations) => account.mergeContacts({ keep: lan, lose: hoa }) }],
  unmergeContacts: [
    {
      async prepare(account: AccountConversations) {
        await threeContacts(account)
        mergeIds.set(account.accountId, (await account.mergeContacts({ keep: lan, lose: hoa })).mergeId)
      },
      act: (account: AccountConversations) => account.unmergeContacts({ mergeId: mergeIds.get(account.accountId) ?? '' }),
    },
  ],
} as const
