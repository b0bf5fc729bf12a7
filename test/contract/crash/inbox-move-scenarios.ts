import { said } from '../../../src/contract/events.js'
import type { AccountConversations } from '../../../src/store/account-conversations.js'

const sourceOaId = 'oa'
const destinationOaId = 'other'
const between = { sourceOaId, destinationOaId, onActiveConflict: 'skip' as const }

async function connect(account: AccountConversations): Promise<void> {
  await account.connectInbox({ oaId: sourceOaId, channel: account.accountId })
  await account.connectInbox({ oaId: destinationOaId, channel: account.accountId })
}

async function begin(account: AccountConversations): Promise<void> {
  await connect(account)
  const identities = ['lan', 'l2'].map((id, index) => ({ id, kind: index === 0 ? 'phone' : 'user_id' }))
  await account.upsertConversationWithEvents({ oaId: sourceOaId, customerId: 'lan', identities, events: [said('m1'), said('m2')] })
  await account.upsertConversationWithEvents({ oaId: sourceOaId, customerId: 'hoa', events: [said('m1')] })
  await account.beginInboxMigration(between)
}

async function last(account: AccountConversations): Promise<string> {
  const { items } = await account.listInboxMigrations({ limit: 1 })
  return items[0]?.id ?? 'none'
}

async function moved(account: AccountConversations): Promise<void> {
  await begin(account)
  const migrationId = await last(account)
  for (let expectedBatches = 0; expectedBatches < 2; expectedBatches++) await account.moveInboxBatch({ migrationId, expectedBatches })
}

/** Two people of the source, of whom the destination knows one. */
async function known(account: AccountConversations, onActiveConflict: 'close_source' | 'merge'): Promise<void> {
  await begin(account)
  await account.endInboxMigration({ migrationId: await last(account), as: 'cancelled' })
  await account.upsertConversationWithEvents({ oaId: destinationOaId, customerId: 'lan', events: [said('m9')] })
  await account.beginInboxMigration({ ...between, onActiveConflict })
}

const closing = (account: AccountConversations) => known(account, 'close_source')
const merging = (account: AccountConversations) => known(account, 'merge')

/** The undo of a migration that has merged. */
async function parting(account: AccountConversations): Promise<void> {
  await merging(account)
  const migrationId = await last(account)
  for (let expectedBatches = 0; expectedBatches < 2; expectedBatches++) await account.moveInboxBatch({ migrationId, expectedBatches })
  await account.undoInboxMigration({ migrationId })
}

async function undoing(account: AccountConversations): Promise<void> {
  await moved(account)
  const key = { oaId: destinationOaId, customerId: 'lan' }
  await account.closeConversation(key)
  await account.upsertConversationWithEvents({ ...key, events: [said('m3')] })
  await account.undoInboxMigration({ migrationId: await last(account) })
}

/** The writes of a move of an inbox. */
export const inboxMoveScenarios = {
  beginInboxMigration: [{ prepare: connect, act: (account: AccountConversations) => account.beginInboxMigration(between) }],
  moveInboxBatch: [
    {
      prepare: begin,
      act: async (account: AccountConversations) => account.moveInboxBatch({ migrationId: await last(account), expectedBatches: 0 }),
    },
    // A batch in which somebody becomes one with a person of the destination, and one in which they part again.
    ...[closing, merging, parting].map((prepare) => ({
      prepare,
      act: async (account: AccountConversations) => account.moveInboxBatch({ migrationId: await last(account), expectedBatches: 0 }),
    })),
    // The batch of an undo, of which a person leaves a conversation behind.
    {
      prepare: undoing,
      act: async (account: AccountConversations) => account.moveInboxBatch({ migrationId: await last(account), expectedBatches: 0 }),
    },
  ],
  undoInboxMigration: [
    { prepare: moved, act: async (account: AccountConversations) => account.undoInboxMigration({ migrationId: await last(account) }) },
  ],
  endInboxMigration: [
    {
      prepare: begin,
      act: async (account: AccountConversations) => account.endInboxMigration({ migrationId: await last(account), as: 'cancelled' }),
    },
  ],
} as const
