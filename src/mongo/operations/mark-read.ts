import { read } from '../../model/planning/change-conversation.js'
import { type Horizon, horizonsOf, movedBy, withHorizons } from '../../model/planning/read-horizons.js'
import type { ConversationRow } from '../../model/planning/rows.js'
import type { Change, MarkRead } from '../../store/adapter.js'
import { changeByVersion } from '../change-by-version.js'
import { changeInPlace } from '../change-in-place.js'
import type { MongoContext } from '../context.js'
import { hostConversation } from '../host-conversation.js'
import { literal } from '../literal.js'
import { countUnread, findUnread } from '../unread-messages.js'

/**
 * Moves the read horizon forward. Marking everything read takes one command. Up to a given message or time, and in a
 * conversation that holds others, the messages after it are counted, and the count is written only if the conversation
 * is still as it was (a new message changes its version). Throws NOT_FOUND, VERSION_CONFLICT.
 */
export async function markRead(context: MongoContext, input: MarkRead): Promise<Change> {
  const isAll = input.seq === null && input.upToTime === null
  const inPlace = isAll ? await markAllRead(context, input) : null
  const { outcome, row } = inPlace === null || inPlace.row.parts.length > 0 ? await markReadUpTo(context, input) : inPlace
  return { outcome, conversation: await hostConversation(context, row) }
}

/** Leaves a conversation alone that holds others: each of them has a horizon of its own. */
function markAllRead(context: MongoContext, input: MarkRead) {
  const readAll = read(null, () => 0)
  return changeInPlace(context, input, {
    when: [{ $gt: ['$last_seq', '$read_seq'] }, { $not: ['$merged_parts'] }],
    set: { read_seq: '$last_seq', unread_count: literal(0) },
    planned: (row) => (row.parts.length > 0 ? row : readAll(row)),
  })
}

function markReadUpTo(context: MongoContext, input: MarkRead) {
  return changeByVersion(context, input, async (row) => {
    const moved: Horizon[] = []
    for (const horizon of horizonsOf(row)) moved.push({ ...horizon, readSeq: await movedHorizon(context, row, horizon, input) })
    const isMoved = horizonsOf(row).some(({ readSeq }, index) => readSeq !== moved[index]?.readSeq)
    let unread = 0
    if (isMoved) for (const horizon of moved) unread += await unreadPast(context, row, horizon)
    return (current) => withHorizons(current, moved, () => unread)
  })
}

async function movedHorizon(context: MongoContext, row: ConversationRow, horizon: Horizon, input: MarkRead): Promise<number> {
  const { seq, upToTime, part = null } = input
  if (upToTime === null) return movedBy(horizon, { seq, part })
  return movedBy(horizon, { seq: await seqBefore(context, row, horizon, upToTime), part: horizon.id })
}

/** Nothing is asked where the horizon is at the last message. */
function unreadPast(context: MongoContext, { accountId }: ConversationRow, horizon: Horizon): Promise<number> | number {
  return horizon.readSeq < horizon.lastSeq ? countUnread(context, { accountId, ...horizon }, horizon.readSeq) : 0
}

/** Just before the first unread message that is later, or null if there is none. */
async function seqBefore(context: MongoContext, { accountId }: ConversationRow, horizon: Horizon, upToTime: Date): Promise<number | null> {
  const seq = await findUnread(context, { accountId, ...horizon }, { seq: { $gt: horizon.readSeq }, occurred_at: { $gt: upToTime } }, 1)
  return seq === null ? null : seq - 1
}
