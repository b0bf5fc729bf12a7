import { deepEqual, equal } from 'node:assert/strict'
import { changedConstants } from './changed-constants.js'
import { type Room, refuses } from './room.js'

const { limits, defaultMovedConversations, defaultPreviewedContactInboxes } = changedConstants
const between = { sourceOaId: 'page', destinationOaId: 'other' }

type Account = ReturnType<Room['account']>

/** Connects both inboxes, and opens conversations of so many customers of the source, so many each. */
async function inSource(account: Account, customers: number, each = 1): Promise<void> {
  await account.connectInbox({ oaId: between.sourceOaId, channel: account.accountId })
  await account.connectInbox({ oaId: between.destinationOaId, channel: account.accountId })
  for (let number = 0; number < customers; number++) {
    const key = { oaId: between.sourceOaId, customerId: `c${String(number).padStart(3, '0')}` }
    for (let nth = 0; nth < each; nth++) {
      if (nth > 0) await account.closeConversation(key)
      await account.upsertConversation(key)
    }
  }
}

/** Each scenario shows the number of one rule about moves of inboxes. */
export const inboxMoveScenarios: Readonly<Record<string, (room: Room) => Promise<void>>> = {
  async 'limits.movedPeople'(room) {
    const account = room.account('movedPeople')
    await inSource(account, limits.movedPeople + 1)
    const { id: migrationId } = await account.beginInboxMigration({ ...between, onActiveConflict: 'skip' })
    await refuses(account.moveInboxBatch({ migrationId, expectedBatches: 0, people: limits.movedPeople + 1 }), 'VALIDATION_FAILED')
    equal((await account.moveInboxBatch({ migrationId, expectedBatches: 0 })).moved.contactInboxes, limits.movedPeople)
  },
  async 'limits.movedConversations'(room) {
    const account = room.account('movedConversations')
    await inSource(account, 0)
    const { id: migrationId } = await account.beginInboxMigration({ ...between, onActiveConflict: 'skip' })
    const batch = { migrationId, expectedBatches: 0 }
    await refuses(account.moveInboxBatch({ ...batch, conversations: limits.movedConversations + 1 }), 'VALIDATION_FAILED')
    equal((await account.moveInboxBatch({ ...batch, conversations: limits.movedConversations })).batches, 1)
  },
  async defaultMovedConversations(room) {
    const account = room.account('defaultMovedConversations')
    await inSource(account, defaultMovedConversations / 2 + 1.5, 2)
    const { id: migrationId } = await account.beginInboxMigration({ ...between, onActiveConflict: 'skip' })
    equal((await account.moveInboxBatch({ migrationId, expectedBatches: 0 })).moved.conversations, defaultMovedConversations + 1)
  },
  async 'limits.previewedContactInboxes'(room) {
    const account = room.account('previewedContactInboxes')
    await refuses(account.previewInboxMove({ ...between, limit: limits.previewedContactInboxes + 1 }), 'VALIDATION_FAILED')
    equal((await account.previewInboxMove({ ...between, limit: limits.previewedContactInboxes })).people, 0)
  },
  async defaultPreviewedContactInboxes(room) {
    const account = room.account('defaultPreviewedContactInboxes')
    await inSource(account, defaultPreviewedContactInboxes + 1)
    const { people, next } = await account.previewInboxMove(between)
    deepEqual([people, next], [defaultPreviewedContactInboxes, `c${String(defaultPreviewedContactInboxes - 1).padStart(3, '0')}`])
  },
}
