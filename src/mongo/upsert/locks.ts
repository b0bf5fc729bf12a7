import type { ContactInboxRow, MessageRow } from '../../model/planning/rows.js'
import type { LoadedWorld } from './loaded-world.js'

/** Documents that a transaction changes only so that others which look at the same things conflict with it. */
export interface Locks {
  readonly contactInboxes: ReadonlySet<string>
  readonly conversations: ReadonlySet<string>
}

/**
 * A transaction reads a snapshot, and only two that write one document conflict. So where one writes down that
 * something is missing, or reads what others rarely write, both sides write a document that they have in common:
 *
 * - What waits (its target was not there) locks its contact inbox, the canonical one, and the conversation that a
 *   message would go to. A message that comes at the same time writes that conversation; if it opens another, it locks
 *   the canonical contact inbox; a link locks its own.
 * - A watermark locks the same, for what is sent at the same time looks at it.
 *
 * A message into a conversation that is there pays nothing.
 */
export function locksFor(world: LoadedWorld): Locks {
  const contactInboxes = new Set<string>()
  const conversations = new Set<string>()
  const lockCustomer = (contactInboxId: string) => {
    const own = world.contactInboxById(contactInboxId)
    const canonicalId = own?.canonicalId ?? contactInboxId
    contactInboxes.add(contactInboxId).add(canonicalId)
    const target = world.activeConversation(canonicalId) ?? world.latestConversation(canonicalId)
    if (target) conversations.add(target.id)
  }

  for (const { conversationId, contactInboxId } of world.events.changes().inserted)
    if (conversationId === null) lockCustomer(contactInboxId)
  for (const { before, row } of world.contactInboxes.changes().updated) if (movesWatermark(before, row)) lockCustomer(row.id)
  for (const { contactInboxId } of world.conversations.changes().inserted) contactInboxes.add(contactInboxId)
  for (const { before, row } of world.conversations.changes().updated) {
    if (before.status === 'closed' && row.status !== 'closed') contactInboxes.add(row.contactInboxId)
  }
  for (const { before, row } of world.messages.changes().updated) if (isLinked(before, row)) contactInboxes.add(row.contactInboxId)
  return { contactInboxes, conversations }
}

function movesWatermark(before: ContactInboxRow, row: ContactInboxRow): boolean {
  return before.deliveredWatermark !== row.deliveredWatermark || before.readWatermark !== row.readWatermark
}

function isLinked(before: MessageRow, row: MessageRow): boolean {
  return before.messageId !== row.messageId || before.localId !== row.localId
}
