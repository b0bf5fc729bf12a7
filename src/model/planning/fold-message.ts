import { replaceContent } from './apply-edit.js'
import { withReaction } from './apply-reaction.js'
import { withStatus } from './delivery-status.js'
import { putConversation, touchedConversation, type WritePlan } from './item-plan.js'
import { messagePreview } from './preview.js'
import type { MessageRow } from './rows.js'
import { earlier } from './times.js'

/**
 * Makes one message of two: the host's (`kept`) takes over what happened to the channel's (`echo`), whose row is
 * deleted. No other message moves, so the echo's `seq` stays a gap that nobody gets again.
 */
export function foldMessage(plan: WritePlan, kept: MessageRow, echo: MessageRow): MessageRow {
  const { world } = plan
  world.deleteMessage(echo)
  const row = merged(kept, echo)
  if (row.editedAt !== null || row.deletedAt !== null) replaceContent(plan, row)
  else world.putMessage(row)

  const conversation = touchedConversation(plan, echo.conversationId)
  if (conversation.lastMessageRowId !== echo.id) return row
  const shown = row.conversationId === conversation.id ? row : world.latestMessage(conversation.id)
  putConversation(plan, {
    ...conversation,
    lastMessageRowId: shown?.id ?? null,
    lastMessagePreview: shown && messagePreview(shown),
  })
  return row
}

function merged(kept: MessageRow, echo: MessageRow): MessageRow {
  const failed = kept.failedAt !== null && earlier(kept.failedAt, echo.failedAt) === kept.failedAt ? kept : echo
  const deletedAt = earlier(kept.deletedAt, echo.deletedAt)
  return withStatus({
    ...kept,
    messageId: kept.messageId ?? echo.messageId,
    localId: kept.localId ?? echo.localId,
    sentAt: earlier(kept.sentAt, echo.sentAt),
    deliveredAt: earlier(kept.deliveredAt, echo.deliveredAt),
    readAt: earlier(kept.readAt, echo.readAt),
    failedAt: failed.failedAt,
    error: failed.error,
    ...(isEditedLater(echo, kept) ? { text: echo.text, editedAt: echo.editedAt, editNumber: echo.editNumber } : {}),
    ...(deletedAt === null ? {} : { text: '', attachments: [], deletedAt }),
    reactionMarks: echo.reactionMarks.reduce(withReaction, kept.reactionMarks),
    replyTo: kept.replyTo ?? echo.replyTo,
  })
}

/** By (editNumber, editedAt), as edits are applied. */
function isEditedLater(a: MessageRow, b: MessageRow): boolean {
  if (a.editedAt === null) return false
  if (b.editedAt === null || a.editNumber !== b.editNumber) return b.editedAt === null || a.editNumber > b.editNumber
  return a.editedAt.getTime() > b.editedAt.getTime()
}
