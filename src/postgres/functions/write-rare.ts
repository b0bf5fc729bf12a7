import type { Names } from '../names.js'
import { activeOf, publicDocument } from './expressions/conversations.js'
import { markChanged } from './expressions/identities.js'
import { marks } from './expressions/operations.js'
import { keepsName } from './expressions/people.js'
import { arrivedIn } from './expressions/waiting.js'
import { waitsOf } from './expressions/waits.js'
import { functionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * `write_rare(context, result, scopes)`: joins the groups of an item that adopts a conversation and names their
 * contact, loops over the rare events, and returns the item's final result. `scopes` is where its events find what they
 * concern. The context's `created` are the contact inboxes that this call has made and no item before this one was
 * about.
 */
export function writeRare(names: Names): SqlFunction {
  const { fn, tables } = names
  // What waits for these ids of each of the others concerns messages of theirs alone.
  const othersWaiting = `for v_other in select h.id, coalesce(h.scopes, array[h.id]) as scopes from ${tables.contact_inboxes} h
      where h.account_id = p_account and h.id = any (v_others) order by h.id loop
      v_waits := v_waits || ${fn('apply_waiting')}(p_account, v_other.id, v_other.scopes, v_messages, v_locals, null, p_operation, p_now, p_server_ms);
    end loop;`
  return {
    name: 'write_rare',
    parameters: 'p_context jsonb, p_item jsonb, p_scopes text[]',
    returns: 'jsonb',
    attributes: `language plpgsql volatile ${functionSettings}`,
    body: `
#variable_conflict use_column
declare
  p_account constant text := p_context->>'account_id';
  p_now constant timestamptz(3) := (p_context->>'now')::timestamptz;
  p_server_ms constant bigint := (p_context->>'server_ms')::bigint;
  p_operation constant text := p_item->>'operation_id';
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
  v_joined text[];
  v_is_new constant boolean := coalesce(p_context->'created' @> jsonb_build_array(p_item->'canonical_id'), false);
  v_theirs text[];
  v_others text[] := '{}';
  v_other record;
  -- The ids for which events may wait that have come since they were last looked for.
  v_messages text[] := ${idsOf('message_ids')};
  v_locals text[] := ${idsOf('local_ids')};
  v_waits text[] := case when (p_item->>'is_unclear')::boolean then array[p_item->>'target_id'] else '{}' end;
begin
  if v_action = 'adopt' and (p_item->>'opens')::boolean then
    v_joined := ${fn('join_groups')}(p_account, p_item->>'adopted_id', array[p_item->>'canonical_id'], v_is_new, p_operation, p_now, p_server_ms);
    update ${tables.contacts} contact set name = p_item->>'given_name', name_source = 'channel', updated_at = p_now
    where contact.account_id = p_account and p_item->>'given_name' is not null and ${keepsName("p_item->>'given_name'")} is not true
      and contact.id = any (array(select x.contact_id from ${tables.contact_inboxes} x where x.account_id = p_account and x.id = p_item->>'adopted_id'));
    ${markChanged(names, `v_joined || ${activeOf(names, "array[p_item->>'adopted_id']")}`)};
  end if;
  -- What waits, and what a watermark reaches, is the customer's alone, whatever else an event may be about.
  select array(select s from unnest(p_scopes) s where s = any (coalesce(h.scopes, array[h.id]))) into v_theirs
  from ${tables.contact_inboxes} h where h.account_id = p_account and h.id = any (array[v_scope]);
  if (p_item->>'is_replay')::boolean then
    -- A repeated item may name a message of somebody with whom its customer is not linked. What waits for it is theirs.
    v_others := array(select distinct coalesce(x.canonical_id, x.id) from ${tables.contact_inboxes} x
      where x.account_id = p_account and x.id = any (p_scopes) and x.id <> all (v_theirs));
  end if;
  for v_event in select e from jsonb_array_elements(v_rare) e where e->>'type' = 'message' and e->>'message_id' is not null loop
    v_applied := ${fn('apply_event')}(p_account, v_scope, p_scopes, v_own, v_event, null, p_operation, p_now, p_server_ms);
    v_effect := v_effect or (v_applied->>'is_linked')::boolean;
    v_messages := v_messages || ${arrivedIn('v_applied', 'message_id')};
    v_locals := v_locals || ${arrivedIn('v_applied', 'local_id')};
    v_waits := v_waits || ${waitsOf('v_applied')};
  end loop;
  for v_event in select e from jsonb_array_elements(v_rare) e where e->'turns_live' = 'true' loop
    v_waits := v_waits || ${fn('turn_live')}(p_account, v_scope, v_theirs, v_own, v_event, v_conversation_id, p_operation, p_now, p_server_ms);
  end loop;
  if (p_item->>'has_waiting')::boolean or v_effect then
    v_waits := v_waits || ${fn('apply_waiting')}(p_account, v_scope, v_theirs, v_messages, v_locals,
      case when not (p_item->>'is_replay')::boolean then v_conversation_id end, p_operation, p_now, p_server_ms);
    ${othersWaiting}
  end if;
  for v_event in select e from jsonb_array_elements(v_rare) e where e->>'type' <> 'message' loop
    v_applied := ${fn('apply_event')}(p_account, v_scope, case when v_event->>'type' = 'watermark' then v_theirs else p_scopes end, v_own, v_event, null, p_operation, p_now, p_server_ms);
    v_events := jsonb_set(v_events, array[((v_event->>'position')::integer - 1)::text], v_applied->'outcome');
    v_effect := v_effect or v_applied->>'outcome' = 'applied';
    v_waits := v_waits || ${waitsOf('v_applied')};
    v_messages := ${arrivedIn('v_applied', 'message_id')};
    v_locals := ${arrivedIn('v_applied', 'local_id')};
    if v_messages <> '{}' or v_locals <> '{}' then
      v_waits := v_waits || ${fn('apply_waiting')}(p_account, v_scope, v_theirs, v_messages, v_locals, null, p_operation, p_now, p_server_ms);
      ${othersWaiting}
    end if;
    if not (p_item->>'opens')::boolean and v_applied->>'conversation_id' is not null then
      v_conversation_id := v_applied->>'conversation_id';
    end if;
  end loop;
  if v_events ? 'waiting' then
    perform ${fn('push_out_waiting')}(p_account, v_scope, jsonb_array_length(v_events));
  end if;
  if v_waits <> '{}' then
    perform ${fn('settle_wait')}(p_account, v_waits, p_operation, p_now, p_server_ms);
  end if;
  select * into v_conversation from ${tables.conversations} where account_id = p_account and id = v_conversation_id;
  return jsonb_build_object('ord', p_item->'ord', 'wrote', p_item->'wrote', 'events', v_events,
    'conversation', case when v_conversation.id is not null then ${publicDocument(names, 'to_jsonb(v_conversation)')} end,
    'outcome', case when (p_item->>'opens')::boolean and v_action = 'create' then 'created'
                    when (p_item->>'opens')::boolean and v_action = 'adopt' then 'adopted'
                    when (p_item->>'opens')::boolean and v_action = 'reopen' then 'reopened'
                    when ${marks.seen('v_conversation.operations', 'p_operation')} then 'updated'
                    when (p_item->>'is_replay')::boolean and not coalesce((p_item->>'all_own')::boolean, false) and not v_effect then 'duplicate'
                    else 'unchanged' end);
end
`,
  }
}

/** The ids of the item's new messages as an array. */
function idsOf(field: 'message_ids' | 'local_ids'): string {
  return `array(select jsonb_array_elements_text(coalesce(nullif(p_item->'${field}', 'null'::jsonb), '[]'::jsonb)))`
}
