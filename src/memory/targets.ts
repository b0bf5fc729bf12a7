import { ConversationStoreError } from '../model/errors.js'
import type { ChangeStamp } from '../model/planning/change-conversation.js'
import { rememberedOperation } from '../model/planning/operations.js'
import { keptContact } from '../model/planning/people.js'
import type { ContactInboxRow, ContactRow, ConversationRow } from '../model/planning/rows.js'
import { headOf } from '../model/planning/scopes.js'
import type { World } from '../model/planning/world.js'
import type { ContactTarget, ConversationTarget, CustomerTarget } from '../store/adapter.js'

/**
 * The contact inbox that stands for the customer: the one that the customer's own is an alias of, otherwise the
 * customer's own. Null for a customer who is unknown.
 */
export function canonicalContactInbox(world: World, { oaId, customerId }: CustomerTarget): ContactInboxRow | null {
  const own = world.contactInbox(oaId, customerId)
  return own && headOf(world, own)
}

/**
 * The conversation that a write is for. A target by customer names the conversation that remembers the operation, if
 * the write was applied before (and may have closed it), otherwise the active or the latest one, as `meant` says.
 * Throws NOT_FOUND.
 */
export function targetConversation(
  world: World,
  { operationId, resentAfter }: ChangeStamp,
  target: ConversationTarget,
  meant: 'active' | 'latest',
): ConversationRow {
  const row = 'conversationId' in target ? byId(world, target.conversationId) : ofCustomer(target)
  if (row === null) throw new ConversationStoreError('NOT_FOUND', { what: 'conversation' })
  return row

  function ofCustomer(customer: CustomerTarget): ConversationRow | null {
    const canonical = canonicalContactInbox(world, customer)
    if (canonical === null) return null
    const active = world.activeConversation(canonical.id)
    const latest = world.latestConversation(canonical.id)
    const changed =
      [active, latest].find((each) => each !== null && rememberedOperation(each, operationId) !== null) ??
      (resentAfter === null ? null : world.conversationWithOperation(canonical.id, operationId))
    return changed ?? (meant === 'active' ? active : latest)
  }
}

/** The conversation itself, and not the one that it was merged into. */
function byId(world: World, id: string): ConversationRow | null {
  const row = world.conversation(id)
  return row?.id === id ? row : null
}

/** The contact by its id, or by one of its customers. Null if there is none, or none yet. */
export function targetContact(world: World, target: ContactTarget): ContactRow | null {
  const id = namedContactId(world, target)
  return id === null ? null : keptContact(world, id)
}

/** The id of the contact that is meant, which may lead to another one. */
export function namedContactId(world: World, target: ContactTarget): string | null {
  return 'contactId' in target ? target.contactId : (canonicalContactInbox(world, target)?.contactId ?? null)
}
