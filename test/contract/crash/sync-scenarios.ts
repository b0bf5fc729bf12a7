import { said } from '../../../src/contract/events.js'
import type { AccountConversations } from '../../../src/store/account-conversations.js'

const oaId = 'oa'
const source = 'export'
const error = { code: 'CODE', message: 'CODE: why' }
const syncing = (account: AccountConversations) => account.beginSync({ oaId, source })

async function lastSession(account: AccountConversations): Promise<{ readonly sessionId: string }> {
  const { items } = await account.listSyncSessions({ oaId, limit: 1 })
  return { sessionId: items[0]?.sessionId ?? 'none' }
}

/** The writes of a session. */
export const syncScenarios = {
  beginSync: [{ prepare: syncing, act: (account: AccountConversations) => account.beginSync({ oaId, source }) }],
  resumeSync: [
    {
      prepare: async (account: AccountConversations) => account.failSync({ sessionId: (await syncing(account)).sessionId, error }),
      act: async (account: AccountConversations) => account.resumeSync({ ...(await lastSession(account)), oaId, source }),
    },
  ],
  writeSyncPage: [
    {
      prepare: async (account: AccountConversations) => {
        await account.upsertConversationWithEvents({ oaId, customerId: 'lan', events: [said('m1')] })
        return syncing(account)
      },
      act: async (account: AccountConversations) =>
        account.writeSyncPage({
          ...(await lastSession(account)),
          expectedPages: 0,
          conversations: [
            { oaId, customerId: 'lan', history: true, events: [said('m1'), said('h1')] },
            { oaId, customerId: 'hoa', history: true, events: [said('h2')] },
          ],
          phase: 'list',
          cursor: 'next',
        }),
    },
  ],
  failSync: [
    { prepare: syncing, act: async (account: AccountConversations) => account.failSync({ ...(await lastSession(account)), error }) },
  ],
} as const
