import type { Change, MarkRead } from '../../store/adapter.js'
import { changeConversation } from '../change-conversation.js'
import { boundTime } from '../clock.js'
import { columns } from '../columns.js'
import type { PostgresContext } from '../context.js'
import { moveReadHorizon } from '../move-read-horizon.js'
import { flag } from '../readers.js'
import { raw, sql } from '../sql.js'

/**
 * Moves the read horizon forward. One statement, which writes no row when everything was read before. Throws NOT_FOUND,
 * VERSION_CONFLICT.
 */
export function markRead(context: PostgresContext, input: MarkRead): Promise<Change> {
  const { seq, upToTime, part = null } = input
  if (upToTime !== null) return moveReadHorizon(context, input, 'mark_conversation_read_until', sql`${boundTime(upToTime)}, `)
  if (seq !== null && part !== null) return moveReadHorizon(context, input, 'mark_part_read', sql`${part}::text, ${seq}::integer, `)
  if (seq !== null) return moveReadHorizon(context, input, 'mark_conversation_read', sql`${seq}::integer, `)
  // After the last message there is nothing left to count, so one update is enough.
  return changeConversation(context, input, {
    set: () => raw(`read_seq = c.last_seq, unread_count = 0, merged_parts = ${allRead}`),
    isTimed: false,
    guard: raw(isUnread),
    reasons: { is_unread: raw(isUnread) },
    refusal: (_found, row) => (flag(readRow.of(row).is_unread) ? null : 'unchanged'),
  })
}

/** Those that were merged into the conversation are read to their ends as well. */
const allRead = `case when c.merged_parts is not null then (select jsonb_agg(jsonb_set(s.part, '{read_seq}', s.part->'last_seq') order by s.n)
    from jsonb_array_elements(c.merged_parts) with ordinality s(part, n)) end`

const isUnread = `(c.read_seq < c.last_seq or c.unread_count > 0 or coalesce(jsonb_path_exists(c.merged_parts, '$[*] ? (@.read_seq < @.last_seq)'), false))`
const readRow = columns({ is_unread: flag })
