import { withReaction } from './apply-reaction.js'
import { withNews } from './delivery.js'
import { acceptanceOf, isReceived } from './delivery-status.js'
import type { ContactInboxRow, MessageRow } from './rows.js'
import { earlier, later } from './times.js'

/**
 * A message with what is known of it and of a copy of it. `acceptedAt` is given when the host says that the two are
 * one: the channel accepted the host's reply then.
 */
export function joinedCopies(kept: MessageRow, other: MessageRow, acceptedAt: Date | null, watermarks: ContactInboxRow): MessageRow {
  const accepted = [acceptanceOf(kept), acceptanceOf(other), acceptedAt].filter((at) => at !== null)
  const row = {
    ...withContentOfBoth(kept, other),
    sentAt: earlier(earlier(kept.sentAt, other.sentAt), acceptedAt),
    acceptedAt: accepted.reduce<Date | null>(later, null),
    deliveredAt: earlier(kept.deliveredAt, other.deliveredAt),
    readAt: earlier(kept.readAt, other.readAt),
    isMarked: kept.direction === 'outbound' && !isReceived(kept) && !isReceived(other),
    isBounced: isBounced(kept),
  }
  const failure = other.failedAt && { at: other.failedAt, error: other.error }
  return withNews(row, failure === null ? {} : { [isBounced(other) ? 'bounced' : 'refused']: failure }, watermarks)
}

function withContentOfBoth(kept: MessageRow, other: MessageRow): MessageRow {
  const deletedAt = earlier(kept.deletedAt, other.deletedAt)
  return {
    ...kept,
    messageId: kept.messageId ?? other.messageId,
    localId: kept.localId ?? other.localId,
    ...(isBlank(kept) ? { text: other.text, attachments: other.attachments } : {}),
    ...(isEditedLater(other, kept) ? { text: other.text, editedAt: other.editedAt, editNumber: other.editNumber } : {}),
    ...(deletedAt === null ? {} : { text: '', attachments: [], deletedAt }),
    reactionMarks: other.reactionMarks.reduce(withReaction, kept.reactionMarks),
    replyTo: kept.replyTo ?? other.replyTo,
    // What came live once is no history.
    history: kept.history && other.history,
    isSilent: kept.isSilent && other.isSilent,
  }
}

/** A message whose files are still to come says nothing, so nothing of it is lost to what the other one has got. */
function isBlank({ text, attachments, editedAt }: MessageRow): boolean {
  return text === '' && attachments.length === 0 && editedAt === null
}

/** By (editNumber, editedAt), as edits are applied. */
function isEditedLater(a: MessageRow, b: MessageRow): boolean {
  if (a.editedAt === null) return false
  if (b.editedAt === null || a.editNumber !== b.editNumber) return b.editedAt === null || a.editNumber > b.editNumber
  return a.editedAt.getTime() > b.editedAt.getTime()
}

/** Nobody but the channel can have told of a failure of a message that had no host's id. */
function isBounced(row: MessageRow): boolean {
  return row.isBounced || (row.localId === null && row.failedAt !== null)
}
