import { said } from '../../../src/contract/events.js'
import type { AccountConversations } from '../../../src/store/account-conversations.js'

const oaId = 'oa'
const lan = { oaId, customerId: 'lan' }
const hoa = { oaId, customerId: 'hoa' }
const mai = { oaId, customerId: 'mai' }

/** The merge that was prepared in an account. */
const mergeIds = new Map<string, string>()

async function twoConversations(account: AccountConversations): Promise<void> {
  await account.upsertConversationWithEvents({ ...lan, events: [said('m1'), said('m2')] })
  await account.upsertConversationWithEvents({ ...hoa, events: [said('m5'), said('m6')] })
}

/** The one to lose has a closed conversation as well, and a contact with a name. */
async function twoToLink(account: AccountConversations): Promise<void> {
  await account.upsertConversationWithEvents({ ...hoa, events: [said('m4')] })
  await account.closeConversation(hoa)
  await twoConversations(account)
  await account.updateContact({ ...hoa, name: 'Hoa' })
  for (const key of [lan, hoa]) await account.upsertConversationWithEvents({ ...key, events: [said('m8')] })
}

/** The scenarios of merges and of their undoing. */
export const mergeScenarios = {
  mergeConversations: [
    {
      prepare: twoConversations,
      act: (account: AccountConversations) => account.mergeConversations({ keep: lan, lose: hoa }),
    },
    {
      when: 'two that have a message in common',
      async prepare(account: AccountConversations) {
        await twoConversations(account)
        for (const key of [lan, hoa]) await account.upsertConversationWithEvents({ ...key, events: [said('m8')] })
      },
      act: (account: AccountConversations) => account.mergeConversations({ keep: lan, lose: hoa }),
    },
    {
      when: 'one that holds another',
      async prepare(account: AccountConversations) {
        await twoConversations(account)
        await account.upsertConversationWithEvents({ ...mai, events: [said('m7')] })
        await account.mergeConversations({ keep: hoa, lose: mai })
      },
      act: (account: AccountConversations) => account.mergeConversations({ keep: lan, lose: hoa }),
    },
    {
      when: 'two that it links, who have a message in common',
      prepare: twoToLink,
      act: (account: AccountConversations) => account.mergeConversations({ keep: lan, lose: hoa, link: true }),
    },
  ],
  unmergeConversations: [
    {
      async prepare(account: AccountConversations) {
        await twoConversations(account)
        mergeIds.set(account.accountId, (await account.mergeConversations({ keep: lan, lose: hoa })).mergeId)
      },
      act: (account: AccountConversations) => account.unmergeConversations({ mergeId: mergeIds.get(account.accountId) ?? '' }),
    },
    {
      when: 'one that has linked the two',
      async prepare(account: AccountConversations) {
        await twoToLink(account)
        mergeIds.set(account.accountId, (await account.mergeConversations({ keep: lan, lose: hoa, link: true })).mergeId)
        await account.upsertConversationWithEvents({ ...hoa, events: [said('m9')] })
      },
      act: (account: AccountConversations) => account.unmergeConversations({ mergeId: mergeIds.get(account.accountId) ?? '' }),
    },
  ],
} as const
