import type { Names } from '../names.js'
import { isBounced, joinedCopies } from './expressions/joined-copies.js'
import { horizonOf } from './expressions/merged-parts.js'
import { countsAsUnread } from './expressions/messages.js'
import { markedOnce } from './expressions/operations.js'
import { functionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * `tell_shown_copy(account, message, operation, now, server_ms)`: lets the copy that is shown in place of a message
 * take over what is known of the message: src/model/planning/copies.ts. It does nothing for a message that is shown
 * itself. A null operation leaves the versions to the caller. Returns the conversations whose customers may wait
 * otherwise now.
 */
export function tellShownCopy(names: Names): SqlFunction {
  const { fn, tables } = names
  return {
    name: 'tell_shown_copy',
    parameters: 'p_account text, p_message text, p_operation text, p_now timestamptz, p_server_ms bigint',
    returns: 'text[]',
    attributes: `language plpgsql volatile ${functionSettings}`,
    body: `
#variable_conflict use_column
declare
  v_hidden ${tables.messages};
  v_before ${tables.messages};
  v_shown ${tables.messages};
  v_conversation ${tables.conversations};
begin
  v_conversation := ${fn('kept_conversation')}(p_account, (select m.conversation_id from ${tables.messages} m where m.account_id = p_account and m.id = p_message));
  select * into v_before from ${tables.messages} m where m.account_id = p_account and m.id = ${fn('shown_copy')}(p_account, p_message);
  if v_before.id is null then
    return '{}';
  end if;
  select * into v_hidden from ${tables.messages} m where m.account_id = p_account and m.id = p_message;
  update ${tables.messages} m set
    ${joinedCopies(names, 'm', 'v_hidden')}
  where m.account_id = p_account and m.id = v_before.id;
  perform ${fn('note_delivery')}(p_account, v_before.id, null, null, null, null,
    case when not ${isBounced('v_hidden')} then v_hidden.failed_at end, case when ${isBounced('v_hidden')} then v_hidden.failed_at end, v_hidden.error);
  select * into v_shown from ${tables.messages} m where m.account_id = p_account and m.id = v_before.id;
  if not (${countsAsUnread('v_before')}) and ${countsAsUnread('v_shown')} and v_shown.seq > ${horizonOf('v_conversation', 'v_shown')} then
    update ${tables.conversations} c set unread_count = c.unread_count + 1, ${markedOnce(names, 'c')}
    where c.account_id = p_account and c.id = v_conversation.id;
  end if;
  update ${tables.conversations} c set last_message_preview = ${fn('preview_of')}(v_shown.text, v_shown.attachments), ${markedOnce(names, 'c')}
  where c.account_id = p_account and c.id = v_conversation.id and c.last_message_row_id = v_shown.id
    and c.last_message_preview is distinct from ${fn('preview_of')}(v_shown.text, v_shown.attachments);
  return array[v_conversation.id];
end
`,
  }
}
