import { asSeen } from '../model/planning/merged-parts.js'
import { horizonsOf } from '../model/planning/read-horizons.js'
import type { ConversationRow, MessageRow } from '../model/planning/rows.js'
import type { MessageTable } from './message-table.js'

/** The messages of a conversation after a `seq`, in ascending order, as a host knows them. */
export function messagesAfter(messages: MessageTable, conversation: ConversationRow, seq: number): readonly MessageRow[] {
  const found = horizonsOf(conversation).flatMap((part) => messages.after(part, Math.max(seq - part.seqBase, 0)))
  return conversation.parts.length === 0 ? found : found.map((row) => asSeen(conversation, row)).sort((a, b) => a.seq - b.seq)
}
