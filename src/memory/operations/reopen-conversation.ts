import { planChange, type Rivals, reopened } from '../../model/planning/change-conversation.js'
import type { ConversationRow } from '../../model/planning/rows.js'
import type { World } from '../../model/planning/world.js'
import type { Change, ChangeStatus } from '../../store/adapter.js'
import { written } from '../change.js'
import type { MemoryDatabase } from '../database.js'
import { canonicalContactInbox, targetConversation } from '../targets.js'
import { stampOf } from '../write-stamp.js'

/**
 * Opens a closed or snoozed conversation, unless another one is active in its place. Throws NOT_FOUND,
 * VERSION_CONFLICT, INVALID_TRANSITION, ACTIVE_CONVERSATION_EXISTS, USERNAME_TAKEN.
 */
export function reopenConversation(database: MemoryDatabase, input: ChangeStatus): Change {
  const account = database.account(input.accountId)
  return account.write(() => {
    const stamp = stampOf(input)
    const row = targetConversation(account.world, stamp, input.target, 'latest')
    const change = reopened(rivalsOf(account.world, row))
    return written(account, planChange(row, stamp, input.expectedVersion, change, 'reopened'))
  })
}

function rivalsOf(world: World, row: ConversationRow): Rivals {
  const canonical = canonicalContactInbox(world, row) ?? { id: row.contactInboxId, customerId: row.customerId, contactId: row.contactId }
  return {
    canonical,
    active: world.activeConversation(canonical.id),
    namesake: row.usernameKey === null ? null : world.activeByUsername(row.oaId, row.usernameKey),
  }
}
