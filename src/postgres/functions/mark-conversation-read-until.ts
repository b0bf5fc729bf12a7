import type { Names } from '../names.js'
import { isShown } from './expressions/merged-parts.js'
import { countsAsUnread } from './expressions/messages.js'
import { moveReadHorizon } from './expressions/read-horizon.js'
import { listedAt } from './expressions/times.js'
import { isTimeWithin } from './expressions/value-checks.js'
import type { SqlFunction } from './sql-function.js'

/**
 * Moves the read horizon of a conversation to just before the first unread message that is later than a time, and to
 * the last message if there is none.
 */
export function markConversationReadUntil(names: Names): SqlFunction {
  const until = (part: string) => `coalesce((select m.seq - 1 from ${names.tables.messages} m
      where m.account_id = p_account_id and m.conversation_id = ${part}.id and m.seq > ${part}.read_seq and m.seq <= ${part}.last_seq
        and ${countsAsUnread('m')} and ${listedAt('m')} > p_time and ${isShown('m', 'c.merged_parts')}
      order by m.seq limit 1), ${part}.last_seq)`
  return moveReadHorizon(names, {
    name: 'mark_conversation_read_until',
    parameter: 'p_time timestamptz',
    check: `if not (${isTimeWithin('p_time')}) then
    raise exception 'time: must be of the years 1 to 9999' using errcode = '22023';
  end if;`,
    isForward: true,
    horizon: until('c'),
    partHorizon: until('p'),
  })
}
