import type { Names } from '../names.js'
import { marks } from './expressions/operations.js'
import { innerFunctionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * Connects an inbox and takes its channel identity, or does neither. It locks the inbox's row first, as disconnecting
 * does, and then the owner's. If another account holds the identity, the change of the inbox is undone.
 */
export function connectInbox({ tables }: Names): SqlFunction {
  return {
    name: 'connect_inbox',
    parameters: `
  p_account_id text, p_inbox_id text, p_oa_id text, p_channel text, p_patch jsonb, p_operation_id text, p_resent_after bigint, p_now timestamptz
`,
    returns: `table (outcome text, inbox ${tables.inboxes})`,
    attributes: `language plpgsql volatile ${innerFunctionSettings}`,
    body: `
#variable_conflict use_variable
declare
  b ${tables.inboxes}%rowtype;
  v_patched ${tables.inboxes}%rowtype;
  v_now timestamptz := coalesce(p_now, date_trunc('milliseconds', clock_timestamp()));
begin
  insert into ${tables.inboxes} as i (account_id, id, oa_id, channel, status, operations, connected_at, created_at, updated_at)
  values (p_account_id, p_inbox_id, p_oa_id, p_channel, 'disconnected', '[]', v_now, v_now, v_now)
  on conflict (account_id, oa_id) do nothing;
  select i.* into b from ${tables.inboxes} i where i.account_id = p_account_id and i.oa_id = p_oa_id for no key update;
  outcome := ${marks.outcome('b.operations', 'p_operation_id')};
  if outcome is null and p_resent_after is not null and ${marks.forgotten('b.operations', 'p_resent_after')} then
    outcome := 'forgotten';
  elsif outcome is null and b.channel <> p_channel then
    outcome := 'mismatch';
  end if;
  if outcome is not null then
    inbox := b;
    return next;
    return;
  end if;

  v_patched := b;
  if p_patch ? 'provider' then v_patched.provider := p_patch->>'provider'; end if;
  if p_patch ? 'name' then v_patched.name := p_patch->>'name'; end if;
  if p_patch ? 'chatbot_id' then v_patched.chatbot_id := p_patch->>'chatbot_id'; end if;
  if p_patch ? 'on_closed' then v_patched.on_closed := nullif(p_patch->'on_closed', 'null'); end if;
  if p_patch ? 'metadata' then v_patched.metadata := nullif(p_patch->'metadata', 'null'); end if;
  if b.status = 'connected' and v_patched is not distinct from b then
    outcome := 'unchanged';
    inbox := b;
    return next;
    return;
  end if;

  insert into ${tables.inbox_owners} as o (channel, oa_id, account_id, inbox_id) values (p_channel, p_oa_id, p_account_id, b.id)
  on conflict (channel, oa_id) do update set inbox_id = excluded.inbox_id where o.account_id = excluded.account_id;
  if not found then
    raise exception 'another account has connected this inbox' using errcode = 'CS002';
  end if;
  outcome := case when b.operations = '[]' then 'created' else 'updated' end;
  update ${tables.inboxes} i
     set provider = v_patched.provider, name = v_patched.name, chatbot_id = v_patched.chatbot_id, on_closed = v_patched.on_closed,
         metadata = v_patched.metadata, status = 'connected', disconnected_at = null, updated_at = v_now,
         connected_at = case when b.status = 'connected' then b.connected_at else v_now end,
         operations = ${marks.with('b.operations', 'p_operation_id', 'outcome')}
   where i.account_id = p_account_id and i.id = b.id
  returning i.* into inbox;
  return next;
exception when sqlstate 'CS002' then
  outcome := 'taken';
  inbox := null;
  return next;
end
`,
  }
}
