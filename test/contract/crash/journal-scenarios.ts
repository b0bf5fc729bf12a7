import type { AccountConversations } from '../../../src/store/account-conversations.js'
import type { WebhookJournal } from '../../../src/store/webhook-journal.js'

/** The calls of the journal that write. */
export type JournalWrite = 'keepWebhook' | 'takeWebhooks' | 'renewWebhook' | 'settleWebhook' | 'clearWebhooks'

const hours = (number: number) => number * 3_600_000
const claim = { holder: 'a', claimMs: hours(1) }

function keep({ accountId }: AccountConversations, journal: WebhookJournal) {
  return journal.keepWebhook({ accountId, channel: 'sms', body: '{"a":1}', retainMs: 60_000, ...claim })
}

/** The id of the body that was kept first. The ids of an account are numbered, and an operation has one too. */
const firstId = ({ accountId }: AccountConversations) => `${accountId}-0001`

async function kept(account: AccountConversations, _: AccountConversations, journal: WebhookJournal): Promise<void> {
  await keep(account, journal)
}

/** The scenarios of the journal of webhooks. */
export const journalScenarios = {
  keepWebhook: [{ prepare: async () => undefined, act: keep }],
  takeWebhooks: [
    {
      async prepare(account: AccountConversations, _: AccountConversations, journal: WebhookJournal) {
        const { id, token } = await keep(account, journal)
        await journal.settleWebhook({ accountId: account.accountId, id, token, outcome: 'waiting', report: {}, retryInMs: 0 })
      },
      act: ({ accountId }: AccountConversations, journal: WebhookJournal) => journal.takeWebhooks({ accountId, ...claim, holder: 'b' }),
    },
  ],
  renewWebhook: [
    {
      prepare: kept,
      act: (account: AccountConversations, journal: WebhookJournal) =>
        journal.renewWebhook({ accountId: account.accountId, id: firstId(account), token: 1, claimMs: hours(5) }),
    },
  ],
  settleWebhook: [
    {
      prepare: kept,
      act: (account: AccountConversations, journal: WebhookJournal) =>
        journal.settleWebhook({ accountId: account.accountId, id: firstId(account), token: 1, outcome: 'ingested', report: { stored: 1 } }),
    },
  ],
  clearWebhooks: [
    {
      async prepare(account: AccountConversations, _: AccountConversations, journal: WebhookJournal) {
        const { accountId } = account
        for (const { id, token } of [await keep(account, journal), await keep(account, journal)]) {
          await journal.settleWebhook({ accountId, id, token, outcome: 'ingested', report: {} })
        }
      },
      act: ({ accountId }: AccountConversations, journal: WebhookJournal) => journal.clearWebhooks({ accountId }),
    },
  ],
} as const
