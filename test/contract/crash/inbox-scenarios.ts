import type { AccountConversations } from '../../../src/store/account-conversations.js'

const oaId = 'oa'
const connected = (account: AccountConversations) => account.connectInbox({ oaId, channel: 'sms' })
const namedOne = (account: AccountConversations) => account.connectInbox({ oaId, channel: 'sms', name: 'Shop' })

/** The scenarios of inboxes. */
export const inboxScenarios = {
  connectInbox: [
    { prepare: async () => undefined, act: namedOne },
    {
      when: 'again',
      prepare: async (account: AccountConversations) => {
        await connected(account)
        await account.disconnectInbox({ oaId })
      },
      act: namedOne,
    },
  ],
  disconnectInbox: [{ prepare: connected, act: (account: AccountConversations) => account.disconnectInbox({ oaId }) }],
  redirectInbox: [
    {
      prepare: async (account: AccountConversations) => {
        await connected(account)
        await account.connectInbox({ oaId: 'other', channel: account.accountId })
      },
      act: (account: AccountConversations) => account.redirectInbox({ oaId, to: 'other' }),
    },
  ],
  recordHistoryProgress: [
    { prepare: connected, act: (account: AccountConversations) => account.recordHistoryProgress({ oaId, phase: 1, progress: 30 }) },
  ],
} as const
