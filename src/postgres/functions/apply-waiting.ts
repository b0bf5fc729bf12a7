import type { Names } from '../names.js'
import { functionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * `apply_waiting(…, conversation)`: applies the events that waited under a contact inbox and can be applied now. Facts
 * join the conversation, if one is given.
 */
export function applyWaiting({ fn, tables }: Names): SqlFunction {
  const events = tables.contact_interaction_events
  return {
    name: 'apply_waiting',
    parameters: 'p_account text, p_inbox text, p_conversation text, p_operation text, p_now timestamptz, p_server_ms bigint',
    returns: 'void',
    attributes: `language plpgsql volatile ${functionSettings}`,
    body: `
#variable_conflict use_column
declare
  v_row ${events};
  v_seq integer;
  v_links boolean;
begin
  loop
    v_links := false;
    for v_row in
      select w.* from ${events} w
      where w.account_id = p_account and w.contact_inbox_id = p_inbox and w.conversation_id is null
        and (w.type not in ('message_edit', 'message_delete', 'reaction', 'receipt', 'message_sent', 'message_failed') and p_conversation is not null
          or exists (select 1 from ${tables.messages} m where m.account_id = p_account and m.contact_inbox_id = p_inbox and m.message_id = w.target_message_id)
          or exists (select 1 from ${tables.messages} m where m.account_id = p_account and m.contact_inbox_id = p_inbox and m.local_id = w.local_id))
      order by w.occurred_at, w.id
    loop
      if v_row.type in ('message_edit', 'message_delete', 'reaction', 'receipt', 'message_sent', 'message_failed') then
        v_links := v_links or v_row.type = 'message_sent';
        perform ${fn('apply_event')}(p_account, p_inbox, jsonb_build_object(
          'type', v_row.type, 'local_id', v_row.local_id,
          'target_message_id', v_row.target_message_id, 'message_id', case when v_row.type = 'message_sent' then v_row.target_message_id end,
          'sender_id', v_row.sender_id, 'occurred_at', v_row.occurred_at,
          'text', v_row.payload->'text', 'edit_number', v_row.payload->'editNumber', 'emoji', v_row.payload->'emoji',
          'status', v_row.payload->'status', 'error', v_row.payload->'error'), v_row.id, p_operation, p_now, p_server_ms);
      else
        update ${tables.conversations} c set last_event_seq = c.last_event_seq + 1
        where c.account_id = p_account and c.id = p_conversation returning c.last_event_seq into v_seq;
        update ${events} w set conversation_id = p_conversation, event_seq = v_seq where w.account_id = p_account and w.id = v_row.id;
      end if;
    end loop;
    -- A link gives a message an id for which more events may wait.
    exit when not v_links;
  end loop;
end
`,
  }
}
