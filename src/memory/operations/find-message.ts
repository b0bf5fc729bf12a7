import type { MessageRow } from '../../model/planning/rows.js'
import { toMessage } from '../../model/planning/to-records.js'
import type { World } from '../../model/planning/world.js'
import type { Message } from '../../model/records.js'
import type { MessageTarget, Scoped } from '../../store/adapter.js'
import type { MemoryDatabase } from '../database.js'

export function findMessage(database: MemoryDatabase, input: Scoped & MessageTarget): Message | null {
  const row = findRow(database.account(input.accountId).world, input)
  return row && toMessage(row)
}

/** Finds a message. Message ids and local ids belong to exactly this customer, because an alias has its own. */
function findRow(world: World, target: MessageTarget): MessageRow | null {
  if ('id' in target) return world.message(target.id)
  const own = world.contactInbox(target.oaId, target.customerId)
  if (own === null) return null
  return 'messageId' in target ? world.messageByMessageId(own.id, target.messageId) : world.messageByLocalId(own.id, target.localId)
}
