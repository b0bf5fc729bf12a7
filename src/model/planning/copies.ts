import { isChatScoped } from '../channels.js'
import { compositeKey } from '../composite-key.js'
import { putConversation, type WritePlan, watermarksOf } from './item-plan.js'
import { joinedCopies } from './joined-copies.js'
import { holds, horizonOf, isHidden } from './merged-parts.js'
import { messagePreview } from './preview.js'
import type { ContactInboxRow, ConversationRow, MessageRow } from './rows.js'
import { groupScopes, headOf } from './scopes.js'
import { unreadBy } from './unread.js'
import { noteChangedMessage } from './waiting-customer.js'
import type { World } from './world.js'

/**
 * Two customers of one inbox may each have a copy of one message. While their conversations are merged one of the
 * copies is shown, and the others are hidden. All of them stay as they are stored, so that undoing the merge gives each
 * conversation its own.
 */

type People = Pick<World, 'contactInboxById'>

/** The person whose messages a contact inbox has. Null where message ids are unique within a chat only. */
export function personOf(world: People, contactInboxId: string): ContactInboxRow | null {
  const own = world.contactInboxById(contactInboxId)
  const head = own && headOf(world, own)
  return head === null || isChatScoped(head.channel) ? null : head
}

/** The people whose messages a conversation holds. */
export function peopleIn(
  world: People,
  { contactInboxId, parts }: Pick<ConversationRow, 'contactInboxId' | 'parts'>,
): readonly ContactInboxRow[] {
  const heads = [contactInboxId, ...parts.map((part) => part.contactInboxId)].map((id) => personOf(world, id))
  return [...new Map(heads.flatMap((head) => (head === null ? [] : [[head.id, head] as const]))).values()]
}

/** The copy that the conversation shows in place of a message. Null if the message itself is shown, or none is. */
export function shownCopy(
  world: Pick<World, 'contactInboxById' | 'messageByMessageId'>,
  conversation: Pick<ConversationRow, 'id' | 'contactInboxId' | 'parts'>,
  row: MessageRow,
): MessageRow | null {
  const { messageId } = row
  if (messageId === null || !isHidden(conversation, row)) return null
  const copies = scopesOfCopies(world, conversation, row).flatMap((scope) => world.messageByMessageId(scope, messageId) ?? [])
  return copies.find((copy) => holds(conversation, copy) && !isHidden(conversation, copy)) ?? null
}

/** Where the copies of a message are stored that a conversation may show in its place. */
function scopesOfCopies(
  world: People,
  conversation: Pick<ConversationRow, 'contactInboxId' | 'parts'>,
  row: MessageRow,
): readonly string[] {
  const inbox = personOf(world, row.scopeId)?.oaId
  return peopleIn(world, conversation).flatMap((head) => (head.oaId === inbox ? groupScopes(head) : []))
}

/** Asks at once for the copies that are shown in place of many messages, which would be asked for one by one later. */
export function askForShownCopies(
  world: Pick<World, 'contactInboxById' | 'conversation' | 'messagesByMessageId'>,
  rows: readonly MessageRow[],
): void {
  const marked = rows.filter(({ doubleIn }) => doubleIn !== null)
  const places = new Map(marked.map((row) => [compositeKey(row.conversationId, row.scopeId), row]))
  for (const place of places.values()) {
    const conversation = world.conversation(place.conversationId)
    if (conversation === null) continue
    const hidden = marked.filter((row) => row.conversationId === place.conversationId && row.scopeId === place.scopeId)
    const ids = hidden.flatMap((row) => (isHidden(conversation, row) ? (row.messageId ?? []) : []))
    if (ids.length > 0) world.messagesByMessageId(scopesOfCopies(world, conversation, place), ids)
  }
}

/**
 * Lets the copy that is shown take over what is known of a hidden one. It is called whenever something was told of a
 * message, because only the copy that is shown is read.
 */
export function tellShownCopy(plan: WritePlan, id: string | null): void {
  const { world } = plan
  const row = id === null ? null : world.message(id)
  if (row === null || row.doubleIn === null) return
  const conversation = world.conversation(row.conversationId)
  const shown = conversation && shownCopy(world, conversation, row)
  if (conversation === null || shown === null) return
  // Its own ids stay, because another message of its customer may have the host's id.
  const told = { ...joinedCopies(shown, row, null, watermarksOf(plan, shown)), localId: shown.localId }
  world.putMessage(told)
  const horizon = horizonOf(conversation, shown)
  const unreadCount = conversation.unreadCount + unreadBy(told, horizon) - unreadBy(shown, horizon)
  const preview = conversation.lastMessageRowId === shown.id ? messagePreview(told) : conversation.lastMessagePreview
  if (unreadCount !== conversation.unreadCount || preview !== conversation.lastMessagePreview) {
    putConversation(plan, { ...conversation, unreadCount, lastMessagePreview: preview })
  }
  noteChangedMessage(plan, shown, told)
}
