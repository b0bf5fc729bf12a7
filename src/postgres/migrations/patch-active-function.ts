import type { Names } from '../names.js'
import { innerFunctionSettings } from './function-settings.js'

/**
 * `patch_active(account, item, operation, now, server_ms)`: the commonest write, a patch for a customer whose conversation is active, in one update by
 * key. Null when it is anything else (an event, an alias, a username, a resend, nothing to change …), and then nothing was done: the whole
 * path decides.
 */
export function patchActiveSql({ fn, tables }: Names): string {
  return `create or replace function ${fn('patch_active')}(p_account text, p_item jsonb, p_operation text, p_now timestamptz, p_server_ms bigint) returns jsonb
language plpgsql volatile ${innerFunctionSettings}
as $fn$
#variable_conflict use_column
declare
  v_patch constant jsonb := coalesce(p_item->'patch', '{}'::jsonb);
  v_conversation ${tables.conversations};
begin
  if jsonb_array_length(coalesce(p_item->'events', '[]'::jsonb)) > 0 or p_item->>'username_key' is not null or p_item->>'channel' is not null
    or p_operation is null or v_patch ? 'customer_name' or p_item->>'expected_version' = 'absent' then
    return null;
  end if;
  -- In the order of every write: the contact inbox, then the conversation. A row that an update waited for stays locked even where its
  -- conditions then fail, and the whole path would take the contact inbox after it.
  perform 1 from ${tables.contact_inboxes} o
  where o.account_id = p_account and o.oa_id = p_item->>'oa_id' and o.customer_id = p_item->>'customer_id' and o.canonical_id is null
  for no key update;
  if not found then
    return null;
  end if;
  update ${tables.conversations} c set
    nickname = case when v_patch ? 'nickname' then v_patch->>'nickname' else c.nickname end,
    customer_username = case when v_patch ? 'customer_username' then v_patch->>'customer_username' else c.customer_username end,
    chatbot_id = case when v_patch ? 'chatbot_id' then v_patch->>'chatbot_id' else c.chatbot_id end,
    metadata = case when v_patch ? 'metadata' then nullif(v_patch->'metadata', 'null'::jsonb) else c.metadata end,
    version = c.version + 1, updated_at = p_now,
    operations = (case when jsonb_array_length(c.operations) >= 16 then c.operations - 0 else c.operations end)
      || jsonb_build_array(jsonb_build_array(p_operation, 'updated', p_server_ms))
  where c.account_id = p_account and c.oa_id = p_item->>'oa_id' and c.customer_id = p_item->>'customer_id' and c.status <> 'closed'
    and c.version = coalesce((p_item->>'expected_version')::integer, c.version)
    -- One on 'api' takes its inbox's channel: not here.
    and (c.channel <> 'api' or not exists (select 1 from ${tables.inboxes} b where b.account_id = p_account and b.oa_id = c.oa_id and b.channel <> 'api'))
    and not c.operations @> jsonb_build_array(jsonb_build_array(p_operation))
    and (v_patch ? 'nickname' and c.nickname is distinct from v_patch->>'nickname'
      or v_patch ? 'customer_username' and c.customer_username is distinct from v_patch->>'customer_username'
      or v_patch ? 'chatbot_id' and c.chatbot_id is distinct from v_patch->>'chatbot_id'
      or v_patch ? 'metadata' and c.metadata is distinct from nullif(v_patch->'metadata', 'null'::jsonb))
  returning * into v_conversation;
  if v_conversation.id is null then
    return null;
  end if;
  return jsonb_build_object('outcome', 'updated', 'conversation', to_jsonb(v_conversation) - 'operations', 'events', '[]'::jsonb);
end
$fn$`
}
