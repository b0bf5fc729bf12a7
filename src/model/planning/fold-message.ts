import { replaceContent } from './apply-edit.js'
import { putConversation, touchedConversation, type WritePlan, watermarksOf } from './item-plan.js'
import { joinedCopies } from './joined-copies.js'
import { holds, horizonOf, isHidden, latestMessageOf } from './merged-parts.js'
import { messagePreview } from './preview.js'
import type { MessageRow } from './rows.js'
import { unreadBy } from './unread.js'
import { noteChangedMessage, waitOf } from './waiting-customer.js'

/**
 * Makes one message of two: `kept` takes over what happened to the other, whose row is deleted. No other message moves,
 * so the other's `seq` stays a gap that nobody gets again. `acceptedAt` is given when the host says that the two are
 * one: the channel accepted the host's reply then.
 */
export function foldMessage(plan: WritePlan, kept: MessageRow, other: MessageRow, acceptedAt: Date | null): MessageRow {
  const { world } = plan
  world.deleteMessage(other)
  const joined = joinedCopies(kept, other, acceptedAt, watermarksOf(plan, kept))
  // Where a merge hides the copy that brings the id, it hides the message from now on.
  const hides = kept.messageId === null && isHidden(touchedConversation(plan, other.conversationId), other)
  const row = hides ? { ...joined, doubleIn: other.doubleIn } : joined
  if (row.text !== kept.text || row.attachments !== kept.attachments) replaceContent(plan, row)
  else world.putMessage(row)
  noteChangedMessage(plan, other, null)
  noteChangedMessage(plan, kept, row)
  if (hides) {
    leaveList(plan, kept, row)
    deleteEventOf(plan, other)
  }

  const conversation = touchedConversation(plan, other.conversationId)
  if (conversation.lastMessageRowId !== other.id) return row
  const shown = holds(conversation, row) ? row : latestMessageOf(world, conversation)
  putConversation(plan, {
    ...conversation,
    lastMessageRowId: shown?.id ?? null,
    lastMessagePreview: shown && messagePreview(shown),
  })
  return row
}

/** A message that its conversation hides from now on is neither counted nor shown, and nobody is answered by it. */
function leaveList(plan: WritePlan, before: MessageRow, row: MessageRow): void {
  const { world } = plan
  const conversation = touchedConversation(plan, row.conversationId)
  if (!isHidden(conversation, row)) return
  const isLast = conversation.lastMessageRowId === row.id
  const shown = isLast ? latestMessageOf(world, conversation) : null
  putConversation(plan, {
    ...conversation,
    ...waitOf(world, conversation),
    unreadCount: conversation.unreadCount - unreadBy(before, horizonOf(conversation, before)),
    ...(isLast ? { lastMessageRowId: shown?.id ?? null, lastMessagePreview: shown && messagePreview(shown) } : {}),
  })
}

/** The event of a message that is gone would no longer be hidden. */
function deleteEventOf({ world }: WritePlan, { id, scopeId, messageId }: MessageRow): void {
  const event = messageId === null ? null : world.eventByMessageId(scopeId, messageId)
  if (event?.id === id) world.deleteEvent(event)
}
