import { putConversation, touchedConversation, type WritePlan } from './item-plan.js'
import { messagePreview } from './preview.js'
import type { MessageRow } from './rows.js'

/**
 * The edit with the highest number wins, then the one with the latest time, in whatever order they arrive. A deleted
 * message stays empty, and has been edited all the same: the edit may come after the deletion that it was before.
 */
export function applyEdit(
  plan: WritePlan,
  row: MessageRow,
  { text, editNumber, occurredAt }: { readonly text: string; readonly editNumber: number; readonly occurredAt: Date },
): void {
  const isNewer =
    editNumber > row.editNumber ||
    (editNumber === row.editNumber && (row.editedAt === null || occurredAt.getTime() > row.editedAt.getTime()))
  if (!isNewer) return
  replaceContent(plan, { ...row, text: row.deletedAt === null ? text : row.text, editNumber, editedAt: occurredAt })
}

/** The deletion with the earliest time wins, in whatever order they arrive. */
export function applyDelete(plan: WritePlan, row: MessageRow, occurredAt: Date): void {
  const isFirst = row.deletedAt === null || occurredAt.getTime() < row.deletedAt.getTime()
  if (isFirst) replaceContent(plan, { ...row, text: '', attachments: [], deletedAt: occurredAt })
}

/**
 * Stores the message with its new content. If the conversation shows this message as its latest, its preview changes
 * too.
 */
export function replaceContent(plan: WritePlan, row: MessageRow): void {
  plan.world.putMessage(row)
  const conversation = touchedConversation(plan, row.conversationId)
  if (conversation.lastMessageRowId === row.id) putConversation(plan, { ...conversation, lastMessagePreview: messagePreview(row) })
}
