import type { Names } from '../names.js'
import { markedOnce } from './expressions/operations.js'
import { functionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * `fold_message(account, kept, dropped, operation, now, server_ms)`: merges an echo into the reply that it is the echo
 * of. It is needed when the echo was stored before the channel's answer named it. No other message moves, so the echo's
 * `seq` stays a gap that nobody gets again.
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
    -- A reply without the channel's id can only have been refused so far, which link_message tells it again. Nobody but
    -- the channel can have told of a failure of its echo.
    sent_at = v_dropped.sent_at, delivered_at = v_dropped.delivered_at, read_at = v_dropped.read_at, is_marked = v_dropped.is_marked,
    failed_at = v_dropped.failed_at, error = v_dropped.error, is_bounced = v_dropped.failed_at is not null,
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
  if v_conversation.last_message_row_id = p_dropped then
    if v_kept.conversation_id = v_conversation.id then
      v_shown := v_kept;
    else
      select * into v_shown from ${tables.messages} m
      where m.account_id = p_account and m.conversation_id = v_conversation.id order by m.occurred_at desc, m.seq desc limit 1;
    end if;
    update ${tables.conversations} c set last_message_row_id = v_shown.id where c.account_id = p_account and c.id = v_conversation.id;
    if v_conversation.last_message_preview is distinct from ${fn('preview_of')}(v_shown.text, v_shown.attachments) then
      update ${tables.conversations} c set last_message_preview = ${fn('preview_of')}(v_shown.text, v_shown.attachments), ${markedOnce(names, 'c')}
      where c.account_id = p_account and c.id = v_conversation.id;
    end if;
  end if;
  -- The kept message may be shown already, and may have taken over an edit or a deletion.
  update ${tables.conversations} c set
    last_message_preview = ${fn('preview_of')}(v_kept.text, v_kept.attachments),
    ${markedOnce(names, 'c')}
  where c.account_id = p_account and c.id = v_kept.conversation_id and c.last_message_row_id = p_kept
    and c.last_message_preview is distinct from ${fn('preview_of')}(v_kept.text, v_kept.attachments);
end
`,
  }
}
