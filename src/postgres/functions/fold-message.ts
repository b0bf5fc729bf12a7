import type { Names } from '../names.js'
import { isBounced, joinedCopies } from './expressions/joined-copies.js'
import { horizonOf, isShown } from './expressions/merged-parts.js'
import { countsAsUnread } from './expressions/messages.js'
import { markedOnce } from './expressions/operations.js'
import { functionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * `fold_message(account, kept, dropped, operation, now, server_ms)`: makes one message of two rows: a reply and the
 * echo that was stored before the channel's answer named it, or one message that came under two ids of a person before
 * these were linked. No other message moves, so the dropped one's `seq` stays a gap that nobody gets again. It is no
 * longer counted as unread where it was. A null operation leaves the versions to the caller. Returns the conversations
 * whose customers may wait otherwise now.
 */
export function foldMessage(names: Names): SqlFunction {
  const { fn, tables } = names
  return {
    name: 'fold_message',
    parameters: 'p_account text, p_kept text, p_dropped text, p_operation text, p_now timestamptz, p_server_ms bigint',
    returns: 'text[]',
    attributes: `language plpgsql volatile ${functionSettings}`,
    body: `
#variable_conflict use_column
declare
  v_dropped ${tables.messages};
  v_kept ${tables.messages};
  v_conversation ${tables.conversations};
  v_home ${tables.conversations};
  v_shown ${tables.messages};
  v_was_counted boolean;
  v_hides boolean;
begin
  if (select count(*) from ${tables.messages} where account_id = p_account and id = any (array[p_kept, p_dropped])) < 2 then
    return '{}';
  end if;
  delete from ${tables.messages} where account_id = p_account and id = p_dropped returning * into v_dropped;
  select * into v_conversation from ${tables.conversations} where account_id = p_account and id = v_dropped.conversation_id for no key update;
  if v_conversation.id is null then
    v_conversation := ${fn('kept_conversation')}(p_account, v_dropped.conversation_id);
  end if;
  select ${countsAsUnread('m')}, m.message_id is null and not ${isShown('v_dropped', 'v_conversation.merged_parts')} into v_was_counted, v_hides
  from ${tables.messages} m where m.account_id = p_account and m.id = p_kept;
  -- Its event has what it left to the message from now on. It goes where a merge hides the two.
  delete from ${tables.contact_interaction_events} e where e.account_id = p_account and e.id = p_dropped and v_hides;
  update ${tables.contact_interaction_events} e set
    message_id = case when e.dedupe_key is null then v_dropped.message_id end, sender_id = v_dropped.sender_id, direction = v_dropped.direction,
    occurred_at = v_dropped.occurred_at, created_at = v_dropped.created_at
  where e.account_id = p_account and e.id = p_dropped and e.direction is null;
  update ${tables.messages} m set
    -- Where a merge hides the copy that brings the id, it hides the message from now on.
    double_in = case when v_hides then v_dropped.double_in else m.double_in end,
    message_id = coalesce(m.message_id, v_dropped.message_id),
    local_id = coalesce(m.local_id, (select v_dropped.local_id where (select true from ${tables.messages} other
      where other.account_id = p_account and other.contact_inbox_id = m.contact_inbox_id and other.local_id = v_dropped.local_id limit 1) is null)),
    ${joinedCopies(names, 'm', 'v_dropped')}
  where m.account_id = p_account and m.id = p_kept
  returning * into v_kept;
  perform ${fn('note_delivery')}(p_account, p_kept, null, null, null, null,
    case when not ${isBounced('v_dropped')} then v_dropped.failed_at end, case when ${isBounced('v_dropped')} then v_dropped.failed_at end, v_dropped.error);
  select * into v_kept from ${tables.messages} where account_id = p_account and id = p_kept;

  v_home := v_conversation;
  if v_kept.conversation_id <> v_dropped.conversation_id then
    select * into v_home from ${tables.conversations} where account_id = p_account and id = v_kept.conversation_id;
    if v_home.id is null then
      v_home := ${fn('kept_conversation')}(p_account, v_kept.conversation_id);
    end if;
  end if;
  if ${countsAsUnread('v_dropped')} and v_dropped.seq > ${horizonOf('v_conversation', 'v_dropped')} and ${isShown('v_dropped', 'v_conversation.merged_parts')} then
    update ${tables.conversations} c set unread_count = greatest(c.unread_count - 1, 0), ${markedOnce(names, 'c')}
    where c.account_id = p_account and c.id = v_conversation.id;
  end if;
  if not v_was_counted and ${countsAsUnread('v_kept')} then
    update ${tables.conversations} c set unread_count = c.unread_count + 1, ${markedOnce(names, 'c')}
    where c.account_id = p_account and c.id = v_home.id and ${horizonOf('v_home', 'v_kept')} < v_kept.seq and ${isShown('v_kept', 'v_home.merged_parts')};
  end if;
  if v_conversation.last_message_row_id = p_dropped then
    if v_home.id = v_conversation.id then
      v_shown := v_kept;
    else
      select * into v_shown from ${fn('latest_message')}(p_account, v_conversation.id, v_conversation.merged_parts);
    end if;
    update ${tables.conversations} c set last_message_row_id = v_shown.id where c.account_id = p_account and c.id = v_conversation.id;
    if v_conversation.last_message_preview is distinct from ${fn('preview_of')}(v_shown.text, v_shown.attachments) then
      update ${tables.conversations} c set last_message_preview = ${fn('preview_of')}(v_shown.text, v_shown.attachments), ${markedOnce(names, 'c')}
      where c.account_id = p_account and c.id = v_conversation.id;
    end if;
  end if;
  if v_hides and not ${isShown('v_kept', 'v_home.merged_parts')} then
    update ${tables.conversations} c set unread_count = c.unread_count - 1, ${markedOnce(names, 'c')}
    where c.account_id = p_account and c.id = v_home.id and v_was_counted and v_kept.seq > ${horizonOf('v_home', 'v_kept')};
    select * into v_shown from ${fn('latest_message')}(p_account, v_home.id, v_home.merged_parts);
    update ${tables.conversations} c set last_message_row_id = v_shown.id, last_message_preview = ${fn('preview_of')}(v_shown.text, v_shown.attachments),
      ${markedOnce(names, 'c')}
    where c.account_id = p_account and c.id = v_home.id and c.last_message_row_id = p_kept;
  end if;
  -- The kept message may be shown already, and may have taken over an edit or a deletion.
  update ${tables.conversations} c set
    last_message_preview = ${fn('preview_of')}(v_kept.text, v_kept.attachments),
    ${markedOnce(names, 'c')}
  where c.account_id = p_account and c.id = v_home.id and c.last_message_row_id = p_kept
    and c.last_message_preview is distinct from ${fn('preview_of')}(v_kept.text, v_kept.attachments);
  return array[v_dropped.conversation_id, v_kept.conversation_id];
end
`,
  }
}
