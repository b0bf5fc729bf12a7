import { read } from '../../model/planning/change-conversation.js'
import type { ConversationRow } from '../../model/planning/rows.js'
import type { Change, MarkRead } from '../../store/adapter.js'
import { changeByVersion } from '../change-by-version.js'
import { changeInPlace } from '../change-in-place.js'
import type { MongoContext } from '../context.js'
import { hostConversation } from '../host-conversation.js'
import { literal } from '../literal.js'
import { countUnread, findUnread } from '../unread-messages.js'

/**
 * Moves the read horizon forward. Marking everything read takes one command. Up to a given message or time, the
 * messages after it are counted, and the count is written only if the conversation is still as it was (a new message
 * changes its version). Throws NOT_FOUND, VERSION_CONFLICT.
 */
export async function markRead(context: MongoContext, input: MarkRead): Promise<Change> {
  const isAll = input.seq === null && input.upToTime === null
  const { outcome, row } = isAll ? await markAllRead(context, input) : await markReadUpTo(context, input)
  return { outcome, conversation: await hostConversation(context, row) }
}

function markAllRead(context: MongoContext, input: MarkRead) {
  return changeInPlace(context, input, {
    when: [{ $gt: ['$last_seq', '$read_seq'] }],
    set: { read_seq: '$last_seq', unread_count: literal(0) },
    planned: read(null, () => 0),
  })
}

function markReadUpTo(context: MongoContext, input: MarkRead) {
  return changeByVersion(context, input, async (row) => {
    const seq = input.upToTime === null ? input.seq : await seqBefore(context, row, input.upToTime)
    const readSeq = Math.min(seq ?? row.lastSeq, row.lastSeq)
    const count = await unreadPast(context, row, readSeq)
    return read(seq, () => count)
  })
}

/** Nothing is asked where the horizon stays, and where it goes to the last message. */
function unreadPast(context: MongoContext, row: ConversationRow, readSeq: number): Promise<number> | number {
  if (readSeq <= row.readSeq) return row.unreadCount
  return readSeq < row.lastSeq ? countUnread(context, row, readSeq) : 0
}

/** Just before the first unread message that is later, or null if there is none. */
async function seqBefore(context: MongoContext, row: ConversationRow, upToTime: Date): Promise<number | null> {
  const seq = await findUnread(context, row, { seq: { $gt: row.readSeq }, occurred_at: { $gt: upToTime } }, 1)
  return seq === null ? null : seq - 1
}
