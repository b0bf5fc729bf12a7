import type { Names } from '../names.js'
import { countsAsUnread } from './expressions/messages.js'
import { moveReadHorizon } from './expressions/read-horizon.js'
import type { SqlFunction } from './sql-function.js'

/**
 * Moves the read horizon of a conversation back to just before the last message that counts as unread, unless something
 * is unread already or there is no such message.
 */
export function markConversationUnread(names: Names): SqlFunction {
  return moveReadHorizon(names, {
    name: 'mark_conversation_unread',
    horizon: `case when c.unread_count = 0 then (select m.seq - 1 from ${names.tables.messages} m
      where m.account_id = p_account_id and m.conversation_id = c.id and m.seq <= c.last_seq and ${countsAsUnread('m')}
      order by m.seq desc limit 1) end`,
    isUnchanged: 'v_read is null',
  })
}
