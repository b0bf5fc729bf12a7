import { replaceContent } from './apply-edit.js'
import { withReaction } from './apply-reaction.js'
import { withNews } from './delivery.js'
import { type ItemPlan, putConversation, scopeContactInbox, touchedConversation } from './item-plan.js'
import { messagePreview } from './preview.js'
import type { ContactInboxRow, MessageRow } from './rows.js'
import { later } from './times.js'

/**
 * Makes one message of two: the host's (`kept`) takes over what happened to the channel's (`echo`), whose row is
 * deleted. No other message moves, so the echo's `seq` stays a gap that nobody gets again.
 */
export function foldMessage(plan: ItemPlan, kept: MessageRow, echo: MessageRow, acceptedAt: Date): MessageRow {
  const { world } = plan
  world.deleteMessage(echo)
  const row = withDeliveryOfBoth(kept, merged(kept, echo), acceptedAt, scopeContactInbox(plan))
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
  return {
    ...kept,
    messageId: echo.messageId,
    sentAt: echo.sentAt,
    deliveredAt: echo.deliveredAt,
    readAt: echo.readAt,
    isMarked: echo.isMarked,
    failedAt: echo.failedAt,
    error: echo.error,
    // Nobody but the channel can have told of a failure of a message that had no host's id.
    isBounced: echo.failedAt !== null,
    ...(echo.editedAt === null ? {} : { text: echo.text, editedAt: echo.editedAt, editNumber: echo.editNumber }),
    ...(echo.deletedAt === null ? {} : { text: '', attachments: [], deletedAt: echo.deletedAt }),
    reactionMarks: echo.reactionMarks.reduce(withReaction, kept.reactionMarks),
    replyTo: kept.replyTo ?? echo.replyTo,
  }
}

/** A reply that had no channel's id can only have been refused so far. Everything else was told of its echo. */
function withDeliveryOfBoth(kept: MessageRow, row: MessageRow, acceptedAt: Date, contactInbox: ContactInboxRow): MessageRow {
  const refused = kept.failedAt === null ? {} : { refused: { at: kept.failedAt, error: kept.error } }
  return withNews({ ...row, acceptedAt: later(kept.acceptedAt, acceptedAt) }, { sentAt: acceptedAt, ...refused }, contactInbox)
}
