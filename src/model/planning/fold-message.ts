import { replaceContent } from './apply-edit.js'
import { putConversation, touchedConversation, type WritePlan, watermarksOf } from './item-plan.js'
import { joinedCopies } from './joined-copies.js'
import { holds, latestMessageOf } from './merged-parts.js'
import { messagePreview } from './preview.js'
import type { MessageRow } from './rows.js'
import { noteChangedMessage } from './waiting-customer.js'

/**
 * Makes one message of two: `kept` takes over what happened to the other, whose row is deleted. No other message moves,
 * so the other's `seq` stays a gap that nobody gets again. `acceptedAt` is given when the host says that the two are
 * one: the channel accepted the host's reply then.
 */
export function foldMessage(plan: WritePlan, kept: MessageRow, other: MessageRow, acceptedAt: Date | null): MessageRow {
  const { world } = plan
  world.deleteMessage(other)
  const row = joinedCopies(kept, other, acceptedAt, watermarksOf(plan, kept))
  if (row.text !== kept.text || row.attachments !== kept.attachments) replaceContent(plan, row)
  else world.putMessage(row)
  noteChangedMessage(plan, other, null)
  noteChangedMessage(plan, kept, row)

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
