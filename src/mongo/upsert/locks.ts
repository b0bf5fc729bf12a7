import { compositeKey } from '../../model/composite-key.js'
import { byAge } from '../../model/planning/byte-order.js'
import type { ContactInboxRow, ConversationRow, MessageRow } from '../../model/planning/rows.js'
import type { LoadedWorld } from './loaded-world.js'

/** Documents that a transaction writes only so that other transactions which read the same things conflict with it. */
export interface Locks {
  readonly contactInboxes: ReadonlySet<string>
  readonly conversations: ReadonlySet<string>
}

/**
 * A transaction reads a snapshot, and two transactions conflict only if they write the same document. So if one of them
 * records that something is missing, or reads what others rarely write, both sides write a document that they have in
 * common:
 *
 * - An event that waits (its target was not there) locks its contact inbox, the canonical one, and the conversation
 *   that a message would go to. A message that comes at the same time writes that conversation. If it opens another
 *   one, it locks the canonical contact inbox.
 * - A link of the host's id and the channel's locks the same documents. Where only one of the two has a message, the
 *   link has found the other one missing, and its message may be in another conversation of the customer.
 * - A watermark locks the same documents, because messages that are sent at the same time read it. A stored message
 *   that asks the watermarks again, because it was sent before or has not failed after all, locks the canonical
 *   contact inbox as well.
 *
 * A message into an existing conversation needs no lock, because it writes that conversation. So a transaction that
 * gives a customer another conversation for new messages locks the one that they went to before. Otherwise a reply that
 * still goes there would meet neither that transaction nor an event that waits for the reply in the other conversation.
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

  for (const { conversationId, scopeId } of world.events.changes().inserted) if (conversationId === null) lockCustomer(scopeId)
  for (const { before, row } of world.contactInboxes.changes().updated) if (movesWatermark(before, row)) lockCustomer(row.id)
  const lockReplaced = (contactInboxId: string) => {
    contactInboxes.add(contactInboxId)
    const former = latestBefore(world, contactInboxId)
    if (former) conversations.add(former.id)
  }
  for (const { contactInboxId } of world.conversations.changes().inserted) lockReplaced(contactInboxId)
  for (const { before, row } of world.conversations.changes().updated) {
    const isOpened = before.status === 'closed' && row.status !== 'closed'
    if (isOpened || before.contactInboxId !== row.contactInboxId) lockReplaced(row.contactInboxId)
  }
  for (const { before, row } of world.messages.changes().updated) {
    if (isLinked(before, row)) lockCustomer(row.scopeId)
    else if (asksWatermarks(before, row)) contactInboxes.add(world.contactInboxById(row.scopeId)?.canonicalId ?? row.scopeId)
  }
  return { contactInboxes, conversations }
}

/** The latest conversation of a customer as the database has it. */
function latestBefore(world: LoadedWorld, contactInboxId: string): ConversationRow | null {
  // This asks for it, if it was not loaded.
  world.latestConversation(contactInboxId)
  const loaded = world.conversations.loadedWith(compositeKey('of', contactInboxId)).flatMap((id) => world.conversations.get(id) ?? [])
  return loaded.sort(byAge).at(-1) ?? null
}

function movesWatermark(before: ContactInboxRow, row: ContactInboxRow): boolean {
  return before.deliveredWatermark !== row.deliveredWatermark || before.readWatermark !== row.readWatermark
}

function isLinked(before: MessageRow, row: MessageRow): boolean {
  return before.messageId !== row.messageId || before.localId !== row.localId
}

function asksWatermarks(before: MessageRow, row: MessageRow): boolean {
  return before.sentAt !== row.sentAt || (before.status === 'failed' && row.status !== 'failed')
}
