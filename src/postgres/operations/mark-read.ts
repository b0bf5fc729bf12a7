import type { Change, MarkRead } from '../../store/adapter.js'
import { changeConversation } from '../change-conversation.js'
import { boundTime } from '../clock.js'
import type { PostgresContext } from '../context.js'
import { moveReadHorizon } from '../move-read-horizon.js'
import { raw, sql } from '../sql.js'

/**
 * Moves the read horizon forward. One statement, which writes no row when everything was read before. Throws NOT_FOUND,
 * VERSION_CONFLICT.
 */
export function markRead(context: PostgresContext, input: MarkRead): Promise<Change> {
  const { seq, upToTime } = input
  if (upToTime !== null) return moveReadHorizon(context, input, 'mark_conversation_read_until', sql`${boundTime(upToTime)}, `)
  if (seq !== null) return moveReadHorizon(context, input, 'mark_conversation_read', sql`${seq}::integer, `)
  // After the last message there is nothing left to count, so one update is enough.
  return changeConversation(context, input, {
    set: () => raw('read_seq = c.last_seq, unread_count = 0'),
    isTimed: false,
    guard: raw('c.read_seq < c.last_seq'),
    refusal: ({ readSeq, lastSeq }) => (readSeq < lastSeq ? null : 'unchanged'),
  })
}
