import { type ItemPlan, putConversation, touchedConversation } from './item-plan.js'
import { messagePreview } from './preview.js'
import type { MessageRow } from './rows.js'

/** The newest edit wins, by number and then by time, in whatever order they come. A deleted message stays empty. */
export function applyEdit(
  plan: ItemPlan,
  row: MessageRow,
  { text, editNumber, occurredAt }: { readonly text: string; readonly editNumber: number; readonly occurredAt: Date },
): void {
  const isNewer =
    editNumber > row.editNumber ||
    (editNumber === row.editNumber && (row.editedAt === null || occurredAt.getTime() > row.editedAt.getTime()))
  if (row.deletedAt !== null || !isNewer) return
  replaceContent(plan, { ...row, text, editNumber, editedAt: occurredAt })
}

/** The first deletion wins, whichever comes first. */
export function applyDelete(plan: ItemPlan, row: MessageRow, occurredAt: Date): void {
  const isFirst = row.deletedAt === null || occurredAt.getTime() < row.deletedAt.getTime()
  if (isFirst) replaceContent(plan, { ...row, text: '', attachments: [], deletedAt: occurredAt })
}

/** Stores the message with its new content, and shows it where its conversation showed the old one. */
export function replaceContent(plan: ItemPlan, row: MessageRow): void {
  plan.world.putMessage(row)
  const conversation = touchedConversation(plan, row.conversationId)
  if (conversation.lastMessageRowId === row.id) putConversation(plan, { ...conversation, lastMessagePreview: messagePreview(row) })
}
