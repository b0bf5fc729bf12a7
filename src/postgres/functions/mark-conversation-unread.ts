import type { Names } from '../names.js'
import { isShown, partsOf } from './expressions/merged-parts.js'
import { countsAsUnread } from './expressions/messages.js'
import { moveReadHorizon } from './expressions/read-horizon.js'
import type { SqlFunction } from './sql-function.js'

/**
 * Moves the read horizon of a conversation back to just before the last message that counts as unread, unless something
 * is unread already or there is no such message.
 */
export function markConversationUnread(names: Names): SqlFunction {
  const last = (part: string) => `select m.seq from ${names.tables.messages} m
      where m.account_id = p_account_id and m.conversation_id = ${part}.id and m.seq <= ${part}.last_seq and ${countsAsUnread('m')}
        and ${isShown('m', 'c.merged_parts')}
      order by m.seq desc limit 1`
  return moveReadHorizon(names, {
    name: 'mark_conversation_unread',
    isForward: false,
    prepareParts: `select p.id, m.seq into v_in, v_seq from ${partsOf('c')} cross join lateral (${last('p')}) m order by m.seq + p.seq_base desc limit 1`,
    horizon: `case when c.unread_count = 0 and c.merged_parts is null then (${last('c')}) - 1 when c.unread_count = 0 and v_in = c.id then v_seq - 1 end`,
    partHorizon: 'case when c.unread_count = 0 and v_in = p.id then v_seq - 1 end',
  })
}
