import type { Names } from '../names.js'
import { markedOnce } from './expressions/operations.js'
import { functionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * `fold_message(account, kept, dropped, operation, now, server_ms)`: merges an echo into the reply that it is the echo
 * of. It is needed when the echo was stored before the channel's answer named it. The later messages of the echo's
 * conversation move down by one, so that `seq` has no gap.
 */
export function foldMessage(names: Names): SqlFunction {
  const { fn, tables } = names
  return {
    name: 'fold_message',
    parameters: 'p_account text, p_kept text, p_dropped text, p_operation text, p_now timestamptz, p_server_ms bigint',
    returns: 'void',
    attributes: `language plpgsql volatile ${functionSettings}`,
    body: `
#variable_conflict use_column
declare
  v_dropped ${tables.messages};
  v_kept ${tables.messages};
  v_conversation ${tables.conversations};
  v_shown ${tables.messages};
begin
  select * into v_kept from ${tables.messages} where account_id = p_account and id = p_kept;
  delete from ${tables.messages} where account_id = p_account and id = p_dropped returning * into v_dropped;
  update ${tables.messages} m set
    message_id = v_dropped.message_id,
    reply_to = coalesce(m.reply_to, v_dropped.reply_to),
    sent_at = least(m.sent_at, v_dropped.sent_at), delivered_at = least(m.delivered_at, v_dropped.delivered_at),
    read_at = least(m.read_at, v_dropped.read_at), failed_at = least(m.failed_at, v_dropped.failed_at), error = case when m.failed_at <= coalesce(v_dropped.failed_at, 'infinity') then m.error else v_dropped.error end,
    deleted_at = least(m.deleted_at, v_dropped.deleted_at),
    text = case when m.deleted_at is not null or v_dropped.deleted_at is not null then ''
                when (v_dropped.edit_number, coalesce(v_dropped.edited_at, '-infinity')) > (m.edit_number, coalesce(m.edited_at, '-infinity')) then v_dropped.text
                else m.text end,
    attachments = case when m.deleted_at is not null or v_dropped.deleted_at is not null then '[]'::jsonb else m.attachments end,
    edited_at = case when (v_dropped.edit_number, coalesce(v_dropped.edited_at, '-infinity')) > (m.edit_number, coalesce(m.edited_at, '-infinity')) then v_dropped.edited_at else m.edited_at end,
    edit_number = greatest(m.edit_number, v_dropped.edit_number),
    reactions = ${fn('merged_reactions')}(m.reactions, v_dropped.reactions)
  where m.account_id = p_account and m.id = p_kept
  returning * into v_kept;

  select * into v_conversation from ${tables.conversations} where account_id = p_account and id = v_dropped.conversation_id for no key update;
  -- This takes two steps, because the unique index on seq is checked row by row.
  update ${tables.messages} set seq = -seq where account_id = p_account and conversation_id = v_conversation.id and seq > v_dropped.seq;
  update ${tables.messages} set seq = -seq - 1 where account_id = p_account and conversation_id = v_conversation.id and seq < 0;
  -- The kept message may itself have moved down.
  select * into v_kept from ${tables.messages} where account_id = p_account and id = p_kept;
  if v_conversation.last_message_row_id = p_dropped then
    if v_kept.conversation_id = v_conversation.id then
      v_shown := v_kept;
    else
      select * into v_shown from ${tables.messages} m
      where m.account_id = p_account and m.conversation_id = v_conversation.id order by m.occurred_at desc, m.seq desc limit 1;
    end if;
  elsif v_conversation.last_message_row_id = p_kept then
    v_shown := v_kept;
  end if;
  update ${tables.conversations} c set
    last_seq = c.last_seq - 1,
    read_seq = case when c.read_seq >= v_dropped.seq then c.read_seq - 1 else c.read_seq end,
    last_message_row_id = case when c.last_message_row_id in (p_dropped, p_kept) then v_shown.id else c.last_message_row_id end,
    last_message_preview = case when c.last_message_row_id in (p_dropped, p_kept) then ${fn('preview_of')}(v_shown.text, v_shown.attachments) else c.last_message_preview end,
    ${markedOnce(names, 'c')}
  where c.account_id = p_account and c.id = v_conversation.id;
  -- The kept message may be shown in another conversation and may have taken over an edit or a deletion.
  update ${tables.conversations} c set
    last_message_preview = ${fn('preview_of')}(v_kept.text, v_kept.attachments),
    ${markedOnce(names, 'c')}
  where c.account_id = p_account and c.id = v_kept.conversation_id and c.id <> v_conversation.id and c.last_message_row_id = p_kept
    and c.last_message_preview is distinct from ${fn('preview_of')}(v_kept.text, v_kept.attachments);
end
`,
  }
}
