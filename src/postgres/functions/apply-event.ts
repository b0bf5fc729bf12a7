import type { Names } from '../names.js'
import { bookkeeping } from './expressions.js'
import { expressionSettings, functionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/** The functions for events that change a message that is there, or wait for it, one at a time. */
export function applyEventFunctions(names: Names): readonly SqlFunction[] {
  return [linkMessage(names), applyEvent(names), applyWaiting(names), writeRare(names)]
}

/** Small expressions that more than one function needs; they stand before the functions that call them. */
export function expressionFunctions(): readonly SqlFunction[] {
  return [
    {
      name: 'with_operation',
      parameters: 'p_operations jsonb, p_operation text, p_outcome text, p_server_ms bigint',
      returns: 'jsonb',
      attributes: `language sql immutable ${expressionSettings}`,
      body: `
  select case when p_operations @> jsonb_build_array(jsonb_build_array(p_operation)) then p_operations
              else (case when jsonb_array_length(p_operations) >= 16 then p_operations - 0 else p_operations end)
                   || jsonb_build_array(jsonb_build_array(p_operation, p_outcome, p_server_ms)) end
`,
    },
    {
      name: 'preview_of',
      parameters: 'p_text text, p_attachments jsonb',
      returns: 'text',
      attributes: `language sql immutable ${expressionSettings}`,
      body: ` select coalesce(nullif(left(p_text, 160), ''), '[' || (p_attachments->0->>'type') || ']') `,
    },
    // [sender, emoji or null, ms]: a reaction at or after the one kept for its sender replaces it.
    {
      name: 'merged_reactions',
      parameters: 'p_kept jsonb, p_more jsonb',
      returns: 'jsonb',
      attributes: `language sql immutable ${expressionSettings}`,
      body: `
  select coalesce(jsonb_agg(r order by n), '[]'::jsonb) from (
    select distinct on (r->>0) r, n
    from jsonb_array_elements(p_kept || p_more) with ordinality x(r, n)
    order by r->>0, (r->>2)::double precision desc, n desc) latest
`,
    },
    {
      name: 'delivery_status',
      parameters: 'p_direction text, p_sent timestamptz, p_delivered timestamptz, p_read timestamptz, p_failed timestamptz',
      returns: 'text',
      attributes: `language sql immutable ${expressionSettings}`,
      body: `
  select case when p_direction = 'outbound' then
    case when p_read is not null then 'read' when p_delivered is not null then 'delivered'
         when p_failed is not null and (p_sent is null or p_failed >= p_sent) then 'failed'
         when p_sent is not null then 'sent' else 'pending' end end
`,
    },
  ]
}

/**
 * `link_message(…)`: the host's reply `local_id` and the channel's `message_id` are one message. `linked` is the row's id, or null while neither
 * is there; `changed` whether the call brought them together.
 */
function linkMessage({ fn, tables }: Names): SqlFunction {
  return {
    name: 'link_message',
    parameters:
      'p_account text, p_inbox text, p_local text, p_message text, p_at timestamptz, p_operation text, p_now timestamptz, p_server_ms bigint, out linked text, out changed boolean',
    returns: null,
    attributes: `language plpgsql volatile ${functionSettings}`,
    body: `
#variable_conflict use_column
declare
  v_local ${tables.messages};
  v_channel ${tables.messages};
begin
  select * into v_local from ${tables.messages} where account_id = p_account and contact_inbox_id = p_inbox and local_id = p_local;
  select * into v_channel from ${tables.messages} where account_id = p_account and contact_inbox_id = p_inbox and message_id = p_message;
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
    where m.account_id = p_account and m.id = v_local.id and m.message_id is null and m.direction = 'outbound' and ci.account_id = p_account and ci.id = p_inbox;
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

/**
 * `apply_event(…, event, waiting_id)`: applies one event, or stores it to wait (waiting_id null), or takes it out of waiting.
 * Returns { outcome, conversation_id }.
 */
function applyEvent({ fn, tables }: Names): SqlFunction {
  const events = tables.contact_interaction_events
  return {
    name: 'apply_event',
    parameters: 'p_account text, p_inbox text, p_event jsonb, p_waiting text, p_operation text, p_now timestamptz, p_server_ms bigint',
    returns: 'jsonb',
    attributes: `language plpgsql volatile ${functionSettings}`,
    body: `
#variable_conflict use_column
declare
  v_type constant text := p_event->>'type';
  v_at constant timestamptz(3) := (p_event->>'occurred_at')::timestamptz;
  v_local constant text := p_event->>'local_id';
  v_target constant text := p_event->>'target_message_id';
  v_known ${events};
  v_message ${tables.messages};
  v_before ${tables.messages};
  v_conversation ${tables.conversations};
  v_up_to timestamptz(3);
  v_touched integer := 0;
  v_is_shown boolean;
  v_linked boolean;
  v_payload jsonb;
begin
  if v_type not in ('message', 'message_edit', 'message_delete', 'reaction', 'receipt', 'watermark', 'message_sent', 'message_failed') then
    raise exception 'unknown event type %', v_type using errcode = '22023';
  end if;
  if v_type = 'message' then
    -- Known, and it brings both ids.
    select l.changed into v_linked from ${fn('link_message')}(p_account, p_inbox, v_local, p_event->>'message_id', v_at, p_operation, p_now, p_server_ms) l;
    return jsonb_build_object('is_linked', v_linked);
  end if;

  if v_type = 'watermark' then
    v_up_to := (p_event->>'watermark')::timestamptz;
    update ${tables.contact_inboxes} ci set
      delivered_up_to = case when p_event->>'status' = 'delivered' and v_up_to > coalesce(ci.delivered_up_to, '-infinity') then v_up_to else ci.delivered_up_to end,
      delivered_up_to_at = case when p_event->>'status' = 'delivered' and v_up_to > coalesce(ci.delivered_up_to, '-infinity') then v_at else ci.delivered_up_to_at end,
      read_up_to = case when p_event->>'status' = 'read' and v_up_to > coalesce(ci.read_up_to, '-infinity') then v_up_to else ci.read_up_to end,
      read_up_to_at = case when p_event->>'status' = 'read' and v_up_to > coalesce(ci.read_up_to, '-infinity') then v_at else ci.read_up_to_at end
    where ci.account_id = p_account and ci.id = p_inbox
      and v_up_to > coalesce(case p_event->>'status' when 'read' then ci.read_up_to else ci.delivered_up_to end, '-infinity');
    update ${tables.messages} m set
      delivered_at = case when p_event->>'status' = 'delivered' then v_at else m.delivered_at end,
      read_at = case when p_event->>'status' = 'read' then v_at else m.read_at end,
      status = case when p_event->>'status' = 'read' or m.read_at is not null then 'read' else 'delivered' end
    where m.account_id = p_account and m.contact_inbox_id = p_inbox and m.direction = 'outbound' and m.sent_at <= v_up_to and m.status <> 'failed'
      and (m.delivered_at is null or m.read_at is null) and case p_event->>'status' when 'read' then m.read_at is null else m.delivered_at is null end;
    get diagnostics v_touched = row_count;
    return jsonb_build_object('outcome', case when v_touched > 0 then 'applied' else 'unchanged' end);
  end if;

  if p_waiting is null then
    select * into v_known from ${events}
    where account_id = p_account and contact_inbox_id = p_inbox and dedupe_key = p_event->>'dedupe_key' and message_id is null;
    if v_known.id is not null then
      return jsonb_build_object('outcome',
        case when v_known.operation_id <> p_operation then 'duplicate' when v_known.conversation_id is null then 'waiting' else 'stored' end);
    end if;
  end if;

  if v_type = 'message_sent' then
    select m.* into v_message
    from ${fn('link_message')}(p_account, p_inbox, v_local, p_event->>'message_id', v_at, p_operation, p_now, p_server_ms) l
    join ${tables.messages} m on m.account_id = p_account and m.id = l.linked;
    -- The function above may have changed the row after this statement's snapshot was taken.
    select * into v_message from ${tables.messages} where account_id = p_account and id = v_message.id;
  elsif v_type = 'message_failed' then
    select * into v_message from ${tables.messages} where account_id = p_account and contact_inbox_id = p_inbox and local_id = v_local;
  else
    select * into v_message from ${tables.messages} where account_id = p_account and contact_inbox_id = p_inbox and message_id = v_target;
  end if;

  if v_message.id is null then
    if p_waiting is null then
      insert into ${events} (account_id, id, contact_inbox_id, type, message_id, target_message_id, local_id, sender_id, direction, payload,
        dedupe_key, operation_id, occurred_at, created_at)
      values (p_account, coalesce(p_event->>'id', ${fn('new_row_id')}()), p_inbox, v_type, null,
        case when v_type = 'message_sent' then p_event->>'message_id' else v_target end, v_local,
        p_event->>'sender_id', coalesce(p_event->>'direction', 'inbound'),
        case v_type
          when 'message_edit' then jsonb_build_object('text', p_event->'text', 'editNumber', coalesce((p_event->>'edit_number')::integer, 0))
          when 'reaction' then jsonb_build_object('emoji', p_event->'emoji')
          when 'receipt' then jsonb_build_object('status', p_event->'status', 'error', p_event->'error')
          when 'message_failed' then jsonb_build_object('error', p_event->'error') end,
        p_event->>'dedupe_key', p_operation, v_at, p_now);
    end if;
    return jsonb_build_object('outcome', 'waiting');
  end if;

  select * into v_conversation from ${tables.conversations} where account_id = p_account and id = v_message.conversation_id for no key update;
  v_before := v_message;
  if v_type = 'receipt' then
    if v_message.direction = 'outbound' then
      update ${tables.messages} m set
        sent_at = case when p_event->>'status' = 'sent' then least(m.sent_at, v_at) else m.sent_at end,
        delivered_at = case when p_event->>'status' = 'delivered' then least(m.delivered_at, v_at) else m.delivered_at end,
        read_at = case when p_event->>'status' = 'read' then least(m.read_at, v_at) else m.read_at end,
        failed_at = case when p_event->>'status' = 'failed' then least(m.failed_at, v_at) else m.failed_at end,
        error = case when p_event->>'status' = 'failed' and v_at < coalesce(m.failed_at, 'infinity') then p_event->>'error' else m.error end
      where m.account_id = p_account and m.id = v_message.id and v_at < coalesce(
        case p_event->>'status' when 'sent' then m.sent_at when 'delivered' then m.delivered_at when 'read' then m.read_at else m.failed_at end, 'infinity');
      get diagnostics v_touched = row_count;
      update ${tables.messages} m set status = ${fn('delivery_status')}(m.direction, m.sent_at, m.delivered_at, m.read_at, m.failed_at)
      where m.account_id = p_account and m.id = v_message.id and v_touched > 0;
    end if;
    if p_waiting is not null then
      delete from ${events} where account_id = p_account and id = p_waiting;
    end if;
    return jsonb_build_object('outcome', case when v_touched > 0 then 'applied' else 'unchanged' end,
      'conversation_id', case when v_touched > 0 then v_message.conversation_id end);
  elsif v_type = 'message_edit' then
    v_payload := jsonb_build_object('editNumber', coalesce((p_event->>'edit_number')::integer, 0));
    update ${tables.messages} m set text = p_event->>'text', edited_at = v_at, edit_number = coalesce((p_event->>'edit_number')::integer, 0)
    where m.account_id = p_account and m.id = v_message.id and m.deleted_at is null
      and (coalesce((p_event->>'edit_number')::integer, 0), v_at) > (m.edit_number, coalesce(m.edited_at, '-infinity'))
    returning * into v_message;
  elsif v_type = 'message_delete' then
    update ${tables.messages} m set text = '', attachments = '[]'::jsonb, deleted_at = v_at
    where m.account_id = p_account and m.id = v_message.id and v_at < coalesce(m.deleted_at, 'infinity')
    returning * into v_message;
  elsif v_type = 'reaction' then
    v_payload := jsonb_build_object('emoji', p_event->'emoji');
    update ${tables.messages} m set reactions = ${fn('merged_reactions')}(m.reactions,
      jsonb_build_array(jsonb_build_array(coalesce(p_event->>'sender_id', ''), p_event->'emoji', floor(extract(epoch from v_at) * 1000)::bigint)))
    where m.account_id = p_account and m.id = v_message.id
    returning * into v_message;
  elsif v_type = 'message_failed' then
    v_payload := jsonb_build_object('error', p_event->'error');
    update ${tables.messages} m set failed_at = least(m.failed_at, v_at), error = case when v_at < coalesce(m.failed_at, 'infinity') then p_event->>'error' else m.error end,
      status = ${fn('delivery_status')}(m.direction, m.sent_at, m.delivered_at, m.read_at, least(m.failed_at, v_at))
    where m.account_id = p_account and m.id = v_message.id and m.direction = 'outbound'
    returning * into v_message;
  end if;
  if v_message.id is null then
    v_message := v_before;
  end if;

  if p_waiting is null then
    insert into ${events} (account_id, id, contact_inbox_id, conversation_id, event_seq, type, message_id, target_message_id, local_id, sender_id,
      direction, payload, dedupe_key, operation_id, occurred_at, created_at)
    values (p_account, coalesce(p_event->>'id', ${fn('new_row_id')}()), p_inbox, v_conversation.id, v_conversation.last_event_seq + 1, v_type, null,
      case when v_type = 'message_sent' then p_event->>'message_id' else v_target end, v_local,
      p_event->>'sender_id', coalesce(p_event->>'direction', 'inbound'), v_payload, p_event->>'dedupe_key', p_operation, v_at, p_now);
  else
    update ${events} set conversation_id = v_conversation.id, event_seq = v_conversation.last_event_seq + 1, payload = v_payload
    where account_id = p_account and id = p_waiting;
  end if;
  v_is_shown := v_conversation.last_message_row_id = v_before.id and v_type in ('message_edit', 'message_delete')
    and ${fn('preview_of')}(v_message.text, v_message.attachments) is distinct from v_conversation.last_message_preview;
  update ${tables.conversations} c set
    last_event_seq = c.last_event_seq + 1,
    last_message_preview = case when v_is_shown then ${fn('preview_of')}(v_message.text, v_message.attachments) else c.last_message_preview end,
    version = c.version + (v_is_shown and not c.operations @> jsonb_build_array(jsonb_build_array(p_operation)))::integer,
    updated_at = case when v_is_shown then p_now else c.updated_at end,
    operations = case when v_is_shown then ${fn('with_operation')}(c.operations, p_operation, 'updated', p_server_ms) else c.operations end
  where c.account_id = p_account and c.id = v_conversation.id;
  if v_type = 'message_sent' and p_waiting is null then
    perform ${fn('apply_waiting')}(p_account, p_inbox, null, p_operation, p_now, p_server_ms);
  end if;
  return jsonb_build_object('outcome', 'stored', 'conversation_id', v_conversation.id);
end
`,
  }
}

/** `apply_waiting(…, conversation)`: what waited under a contact inbox and can be applied now; facts join the conversation, if one is given. */
function applyWaiting({ fn, tables }: Names): SqlFunction {
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
    -- A link gives a message an id for which more may wait.
    exit when not v_links;
  end loop;
end
`,
  }
}

/** `write_rare(context, result)`: the loop over what is rare in one item, and the item's final result. */
function writeRare({ fn, tables }: Names): SqlFunction {
  return {
    name: 'write_rare',
    parameters: 'p_context jsonb, p_item jsonb',
    returns: 'jsonb',
    attributes: `language plpgsql volatile ${functionSettings}`,
    body: `
#variable_conflict use_column
declare
  v_account constant text := p_context->>'account_id';
  v_now constant timestamptz(3) := (p_context->>'now')::timestamptz;
  v_server_ms constant bigint := (p_context->>'server_ms')::bigint;
  v_operation constant text := p_item->>'operation_id';
  v_own constant text := p_item->>'own_id';
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
    -- Aliases never chain.
    update ${tables.contact_inboxes} ci set canonical_id = o.canonical_id, contact_id = o.contact_id
    from ${tables.contact_inboxes} o
    where o.account_id = v_account and o.id = v_own and ci.account_id = v_account and ci.canonical_id = v_own;
  end if;
  for v_event in select e from jsonb_array_elements(v_rare) e where e->>'type' = 'message' loop
    v_applied := ${fn('apply_event')}(v_account, v_own, v_event, null, v_operation, v_now, v_server_ms);
    v_effect := v_effect or (v_applied->>'is_linked')::boolean;
  end loop;
  if (p_item->>'has_waiting')::boolean or v_effect then
    perform ${fn('apply_waiting')}(v_account, v_own, v_conversation_id, v_operation, v_now, v_server_ms);
  end if;
  for v_event in select e from jsonb_array_elements(v_rare) e where e->>'type' <> 'message' loop
    v_applied := ${fn('apply_event')}(v_account, v_own, v_event, null, v_operation, v_now, v_server_ms);
    v_events := jsonb_set(v_events, array[((v_event->>'position')::integer - 1)::text], v_applied->'outcome');
    v_effect := v_effect or v_applied->>'outcome' = 'applied';
    if not (p_item->>'opens')::boolean and v_applied->>'conversation_id' is not null then
      v_conversation_id := v_applied->>'conversation_id';
    end if;
  end loop;
  select * into v_conversation from ${tables.conversations} where account_id = v_account and id = v_conversation_id;
  return jsonb_build_object('ord', p_item->'ord', 'events', v_events,
    'conversation', case when v_conversation.id is not null then to_jsonb(v_conversation) - ${bookkeeping} end,
    'outcome', case when (p_item->>'opens')::boolean and v_action = 'create' then 'created'
                    when (p_item->>'opens')::boolean and v_action = 'adopt' then 'adopted'
                    when (p_item->>'opens')::boolean and v_action = 'reopen' then 'reopened'
                    when v_conversation.operations @> jsonb_build_array(jsonb_build_array(v_operation)) then 'updated'
                    when (p_item->>'is_replay')::boolean and not coalesce((p_item->>'all_own')::boolean, false) and not v_effect then 'duplicate'
                    else 'unchanged' end);
end
`,
  }
}
