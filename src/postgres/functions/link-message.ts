import type { Names } from '../names.js'
import { inOrderOf } from './expressions/scopes.js'
import { functionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

const inOrder = inOrderOf('p_scopes', 'contact_inbox_id')

/**
 * `link_message(…)`: makes the host's reply `local_id` and the channel's `message_id` one message. `linked` is the
 * row's id, or null if neither exists yet. `changed` is whether this call brought the two together. `waits` are the
 * conversations whose customers may wait otherwise now.
 */
export function linkMessage({ fn, tables }: Names): SqlFunction {
  return {
    name: 'link_message',
    parameters:
      'p_account text, p_scope text, p_scopes text[], p_local text, p_message text, p_at timestamptz, p_operation text, p_now timestamptz, p_server_ms bigint, out linked text, out changed boolean, out waits text[]',
    returns: null,
    attributes: `language plpgsql volatile ${functionSettings}`,
    body: `
#variable_conflict use_column
declare
  v_local ${tables.messages};
  v_channel ${tables.messages};
begin
  select * into v_local from ${tables.messages} where account_id = p_account and contact_inbox_id = any (p_scopes) and local_id = p_local
  order by ${inOrder} limit 1;
  -- A message under the scope of the reply comes first, because only it would stand in the reply's way.
  select * into v_channel from ${tables.messages} where account_id = p_account and contact_inbox_id = any (p_scopes) and message_id = p_message
  order by contact_inbox_id is distinct from v_local.contact_inbox_id, ${inOrder} limit 1;
  linked := coalesce(v_local.id, v_channel.id);
  changed := false;
  waits := '{}';
  if v_local.id is null then
    if v_channel.direction = 'outbound' and v_channel.local_id is null then
      -- Nobody but the channel can have told of a failure of a message that had no host's id.
      update ${tables.messages} set local_id = p_local, accepted_at = p_at, is_bounced = failed_at is not null
      where account_id = p_account and id = v_channel.id;
      perform ${fn('note_delivery')}(p_account, v_channel.id, p_at, p_at, null, null, null, null, null);
      changed := true;
    end if;
  elsif v_local.direction = 'outbound' and v_local.message_id is null and v_channel.id is null then
    update ${tables.messages} set message_id = p_message where account_id = p_account and id = v_local.id;
    perform ${fn('note_delivery')}(p_account, v_local.id, p_at, p_at, null, null, null, null, null);
    changed := true;
  elsif v_local.direction = 'outbound' and v_local.message_id is null and v_channel.direction = 'outbound' and v_channel.local_id is null then
    update ${tables.messages} set accepted_at = greatest(accepted_at, p_at) where account_id = p_account and id = v_local.id;
    waits := ${fn('fold_message')}(p_account, v_local.id, v_channel.id, p_operation, p_now, p_server_ms);
    perform ${fn('note_delivery')}(p_account, v_local.id, p_at, p_at, null, null, v_local.failed_at, null, v_local.error);
    changed := true;
  else
    -- The ids stay as they are, but the channel accepted the reply, which takes back that it refused it before.
    perform ${fn('note_delivery')}(p_account, v_local.id, p_at, case when v_local.message_id = p_message then p_at end, null, null, null, null, null);
  end if;
  if (select (m.status = 'failed') <> (coalesce(v_local.status, v_channel.status) = 'failed') from ${tables.messages} m
    where m.account_id = p_account and m.id = linked) then
    waits := waits || coalesce(v_local.conversation_id, v_channel.conversation_id);
  end if;
end
`,
  }
}
