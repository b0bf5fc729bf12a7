import { shownCopy } from '../../model/planning/copies.js'
import { asSeen } from '../../model/planning/merged-parts.js'
import type { MessageRow } from '../../model/planning/rows.js'
import { customerScopes, firstOf } from '../../model/planning/scopes.js'
import { toMessage } from '../../model/planning/to-records.js'
import type { World } from '../../model/planning/world.js'
import type { Message } from '../../model/records.js'
import type { MessageTarget, Scoped } from '../../store/adapter.js'
import type { MemoryDatabase } from '../database.js'

export function findMessage(database: MemoryDatabase, input: Scoped & MessageTarget): Message | null {
  const { world } = database.account(input.accountId)
  const row = findRow(world, input)
  const conversation = row && world.conversation(row.conversationId)
  const shown = conversation && shownCopy(world, conversation, row)
  return row && toMessage(asSeen(conversation, shown ?? row))
}

/** Finds a message by its row, or in the scopes of the customer. */
function findRow(world: World, target: MessageTarget): MessageRow | null {
  if ('id' in target) return world.message(target.id)
  const scopes = customerScopes(world, target)?.all ?? []
  return firstOf(scopes, (scope) =>
    'messageId' in target ? world.messageByMessageId(scope, target.messageId) : world.messageByLocalId(scope, target.localId),
  )
}
