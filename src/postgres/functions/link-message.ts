import type { Names } from '../names.js'
import { inOrderOf } from './expressions/scopes.js'
import { functionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

const inOrder = inOrderOf('p_scopes', 'contact_inbox_id')

/**
 * `link_message(…)`: makes the host's reply `local_id` and the channel's `message_id` one message. `linked` is the
 * row's id, or null if neither exists yet. `changed` is whether this call brought the two together.
 */
export function linkMessage({ fn, tables }: Names): SqlFunction {
  return {
    name: 'link_message',
    parameters:
      'p_account text, p_scope text, p_scopes text[], p_local text, p_message text, p_at timestamptz, p_operation text, p_now timestamptz, p_server_ms bigint, out linked text, out changed boolean',
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
  if v_local.id is null then
    update ${tables.messages} set local_id = p_local
    where account_id = p_account and id = v_channel.id and direction = 'outbound' and local_id is null;
    changed := found;
  elsif v_channel.id is null then
    update ${tables.messages} m set message_id = p_message, sent_at = least(m.sent_at, p_at),
      delivered_at = case when ci.delivered_up_to >= least(m.sent_at, p_at) then coalesce(m.delivered_at, ci.delivered_up_to_at) else m.delivered_at end,
      read_at = case when ci.read_up_to >= least(m.sent_at, p_at) then coalesce(m.read_at, ci.read_up_to_at) else m.read_at end
    from ${tables.contact_inboxes} ci
    where m.account_id = p_account and m.id = v_local.id and m.message_id is null and m.direction = 'outbound' and ci.account_id = p_account and ci.id = p_scope;
    changed := found;
  elsif v_channel.id <> v_local.id and v_local.message_id is null and v_local.direction = 'outbound' and v_channel.direction = 'outbound' and v_channel.local_id is null then
    perform ${fn('fold_message')}(p_account, v_local.id, v_channel.id, p_operation, p_now, p_server_ms);
    changed := true;
  end if;
  update ${tables.messages} m set status = ${fn('delivery_status')}(m.direction, m.sent_at, m.delivered_at, m.read_at, m.failed_at)
  where m.account_id = p_account and m.id = v_local.id and changed;
end
`,
  }
}
