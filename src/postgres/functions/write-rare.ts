import type { Names } from '../names.js'
import { bookkeeping } from './expressions/conversations.js'
import { marks } from './expressions/operations.js'
import { functionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * `write_rare(context, result, scopes, own_scopes)`: loops over the rare events of one item and returns the item's
 * final result. `scopes` is where its events find what they concern. `own_scopes` are the customer's own, which are
 * fewer if the item adopts a conversation.
 */
export function writeRare({ fn, tables }: Names): SqlFunction {
  return {
    name: 'write_rare',
    parameters: 'p_context jsonb, p_item jsonb, p_scopes text[], p_own_scopes text[]',
    returns: 'jsonb',
    attributes: `language plpgsql volatile ${functionSettings}`,
    body: `
#variable_conflict use_column
declare
  p_account constant text := p_context->>'account_id';
  p_now constant timestamptz(3) := (p_context->>'now')::timestamptz;
  v_server_ms constant bigint := (p_context->>'server_ms')::bigint;
  v_operation constant text := p_item->>'operation_id';
  v_own constant text := p_item->>'own_id';
  v_scope constant text := p_item->>'scope_id';
  v_action constant text := p_item->>'action';
  v_conversation_id text := p_item->>'target_id';
  v_rare constant jsonb := coalesce(nullif(p_item->'rare', 'null'::jsonb), '[]'::jsonb);
  v_events jsonb := p_item->'events';
  v_conversation ${tables.conversations};
  v_event jsonb;
  v_applied jsonb;
  v_effect boolean := false;
begin
  if v_action = 'adopt' and (p_item->>'opens')::boolean then
    -- The aliases of this contact inbox must point to its new canonical one, because aliases never chain.
    update ${tables.contact_inboxes} ci set canonical_id = o.canonical_id, contact_id = o.contact_id
    from ${tables.contact_inboxes} o
    where o.account_id = p_account and o.id = v_own and ci.account_id = p_account and ci.canonical_id = v_own;
    -- What this contact inbox has stored is found by the ids of its new group from here on.
    if (select true from ${tables.messages} m where m.account_id = p_account and m.contact_inbox_id = any (p_own_scopes) limit 1)
      or (select true from ${tables.contact_interaction_events} e where e.account_id = p_account and e.contact_inbox_id = any (p_own_scopes) limit 1) then
      update ${tables.contact_inboxes} head
      set scopes = coalesce(head.scopes, array[head.id]) || array(select s from unnest(p_own_scopes) s where s <> all (coalesce(head.scopes, array[head.id])))
      where head.account_id = p_account and head.id = (select o.canonical_id from ${tables.contact_inboxes} o where o.account_id = p_account and o.id = v_own);
    end if;
  end if;
  for v_event in select e from jsonb_array_elements(v_rare) e where e->>'type' = 'message' loop
    v_applied := ${fn('apply_event')}(p_account, v_scope, p_scopes, v_own, v_event, null, v_operation, p_now, v_server_ms);
    v_effect := v_effect or (v_applied->>'is_linked')::boolean;
  end loop;
  if (p_item->>'has_waiting')::boolean or v_effect then
    perform ${fn('apply_waiting')}(p_account, v_scope, p_scopes, ${idsOf('message_ids')}, ${idsOf('local_ids')}, v_conversation_id, v_operation, p_now, v_server_ms);
  end if;
  for v_event in select e from jsonb_array_elements(v_rare) e where e->>'type' <> 'message' loop
    v_applied := ${fn('apply_event')}(p_account, v_scope, p_scopes, v_own, v_event, null, v_operation, p_now, v_server_ms);
    v_events := jsonb_set(v_events, array[((v_event->>'position')::integer - 1)::text], v_applied->'outcome');
    v_effect := v_effect or v_applied->>'outcome' = 'applied';
    if v_event->>'type' = 'message_sent' and v_applied->>'conversation_id' is not null then
      -- The link may have given a message an id for which more events wait.
      perform ${fn('apply_waiting')}(p_account, v_scope, p_scopes, array[v_event->>'message_id'], array[v_event->>'local_id'], null, v_operation, p_now, v_server_ms);
    end if;
    if not (p_item->>'opens')::boolean and v_applied->>'conversation_id' is not null then
      v_conversation_id := v_applied->>'conversation_id';
    end if;
  end loop;
  if v_events ? 'waiting' then
    perform ${fn('push_out_waiting')}(p_account, v_scope, jsonb_array_length(v_events));
  end if;
  select * into v_conversation from ${tables.conversations} where account_id = p_account and id = v_conversation_id;
  return jsonb_build_object('ord', p_item->'ord', 'wrote', p_item->'wrote', 'events', v_events,
    'conversation', case when v_conversation.id is not null then to_jsonb(v_conversation) - ${bookkeeping} end,
    'outcome', case when (p_item->>'opens')::boolean and v_action = 'create' then 'created'
                    when (p_item->>'opens')::boolean and v_action = 'adopt' then 'adopted'
                    when (p_item->>'opens')::boolean and v_action = 'reopen' then 'reopened'
                    when not ${marks.unseen('v_conversation.operations', 'v_operation')} then 'updated'
                    when (p_item->>'is_replay')::boolean and not coalesce((p_item->>'all_own')::boolean, false) and not v_effect then 'duplicate'
                    else 'unchanged' end);
end
`,
  }
}

/** The ids of the item's messages as an array. */
function idsOf(field: 'message_ids' | 'local_ids'): string {
  return `array(select jsonb_array_elements_text(coalesce(nullif(p_item->'${field}', 'null'::jsonb), '[]'::jsonb)))`
}
