import type { Names } from '../names.js'
import { arrivedIn, waitingLimit } from './expressions/waiting.js'
import { waitsOf } from './expressions/waits.js'
import { functionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

const targetTypes = "('message_edit', 'message_attachments', 'message_delete', 'reaction', 'receipt', 'message_sent', 'message_failed')"

/**
 * `apply_waiting(…, messages, locals, conversation)`: applies the events that waited under the scopes for messages with
 * these ids, which have arrived. Facts join the conversation, if one is given. What has waited too long stays as
 * it is. Every look-up goes by an index, so the rest of what waits costs nothing. Returns the conversations whose
 * customers may wait otherwise now.
 */
export function applyWaiting({ fn, tables }: Names): SqlFunction {
  const events = tables.contact_interaction_events
  const waiting = `select x.id from ${events} x where x.account_id = p_account and x.contact_inbox_id = any (p_scopes) and x.conversation_id is null`
  return {
    name: 'apply_waiting',
    parameters:
      'p_account text, p_scope text, p_scopes text[], p_messages text[], p_locals text[], p_conversation text, p_operation text, p_now timestamptz, p_server_ms bigint',
    returns: 'text[]',
    attributes: `language plpgsql volatile ${functionSettings}`,
    body: `
#variable_conflict use_column
declare
  v_row ${events};
  v_seq integer;
  v_messages text[];
  v_locals text[];
  v_applied jsonb;
  v_waits text[] := '{}';
begin
  loop
    v_messages := '{}';
    v_locals := '{}';
    for v_row in
      select w.* from ${events} w
      where w.account_id = p_account and w.created_at > ${waitingLimit} and w.id = any (array(
        (${waiting} and x.target_message_id = any (p_messages))
        union all
        (${waiting} and x.local_id = any (p_locals) and x.type in ('message_sent', 'message_failed'))
        union all
        (${waiting} and x.target_message_id is null and x.local_id is null and x.type not in ${targetTypes} and p_conversation is not null)))
      order by w.occurred_at, w.id
    loop
      if v_row.type in ${targetTypes} then
        v_applied := ${fn('apply_event')}(p_account, p_scope, p_scopes, coalesce(v_row.own_id, v_row.contact_inbox_id), jsonb_build_object(
          'type', v_row.type, 'local_id', v_row.local_id,
          'target_message_id', v_row.target_message_id, 'message_id', case when v_row.type = 'message_sent' then v_row.target_message_id end,
          'sender_id', v_row.sender_id, 'direction', v_row.direction, 'occurred_at', v_row.occurred_at,
          'text', v_row.payload->'text', 'attachments', v_row.payload->'attachments', 'edit_number', v_row.payload->'editNumber', 'emoji', v_row.payload->'emoji',
          'status', v_row.payload->'status', 'error', v_row.payload->'error'), v_row.id, p_operation, p_now, p_server_ms);
        v_waits := v_waits || ${waitsOf('v_applied')};
        v_messages := v_messages || ${arrivedIn('v_applied', 'message_id')};
        v_locals := v_locals || ${arrivedIn('v_applied', 'local_id')};
      else
        update ${tables.conversations} c set last_event_seq = c.last_event_seq + 1
        where c.account_id = p_account and c.id = p_conversation returning c.last_event_seq into v_seq;
        update ${events} w set conversation_id = p_conversation, event_seq = v_seq where w.account_id = p_account and w.id = v_row.id;
      end if;
    end loop;
    -- A link gives a message an id for which more events may wait.
    exit when v_messages = '{}' and v_locals = '{}';
    p_messages := v_messages;
    p_locals := v_locals;
    p_conversation := null;
  end loop;
  return v_waits;
end
`,
  }
}
