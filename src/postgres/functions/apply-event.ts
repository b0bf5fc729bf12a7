import { limits } from '../../model/limits.js'
import { customerSender } from '../../model/planning/apply-reaction.js'
import { literal } from '../literal.js'
import type { Names } from '../names.js'
import { directionOf, intoEvents } from './expressions/messages.js'
import { markedOnce } from './expressions/operations.js'
import { inOrderOf } from './expressions/scopes.js'
import { listedAt } from './expressions/times.js'
import { functionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

const inOrder = inOrderOf('p_scopes', 'contact_inbox_id')

/**
 * `apply_event(…, event, waiting_id)`: applies one event, stores it to wait if its message is missing (`waiting_id`
 * null), or applies a waiting event and takes it out of waiting. Returns { outcome, conversation_id }, and { is_linked
 * } for a message, with the conversations whose customers may wait otherwise now as `waits`, and the id that a message
 * has got as `arrived`.
 */
export function applyEvent(names: Names): SqlFunction {
  const { fn, tables } = names
  const events = tables.contact_interaction_events
  // Only the copy that is shown is read.
  const tellShown = `if v_message.double_in is not null then
      v_waits := coalesce(v_waits, '[]') || to_jsonb(${fn('tell_shown_copy')}(p_account, v_message.id, p_operation, p_now, p_server_ms));
    end if;`
  return {
    name: 'apply_event',
    parameters:
      'p_account text, p_scope text, p_scopes text[], p_own text, p_event jsonb, p_waiting text, p_operation text, p_now timestamptz, p_server_ms bigint',
    returns: 'jsonb',
    attributes: `language plpgsql volatile ${functionSettings}`,
    body: `
#variable_conflict use_column
declare
  v_type constant text := p_event->>'type';
  v_at constant timestamptz(3) := (p_event->>'occurred_at')::timestamptz;
  -- A payload may name the sender alone.
  v_direction constant text := coalesce(p_event->>'direction', case when p_event->>'sender_type' <> 'customer' then 'outbound' else 'inbound' end);
  v_local constant text := p_event->>'local_id';
  v_target constant text := p_event->>'target_message_id';
  v_known ${events};
  v_message ${tables.messages};
  v_before ${tables.messages};
  v_conversation ${tables.conversations};
  v_up_to timestamptz(3);
  v_touched integer := 0;
  v_hidden text[];
  v_is_changed boolean;
  v_is_shown boolean;
  v_linked boolean;
  v_had_message boolean;
  v_had_local boolean;
  v_linked_id text;
  v_waits jsonb;
  v_sender text;
  v_customer text;
  v_payload jsonb;
  v_attachments jsonb;
  v_left_out integer := 0;
begin
  if v_type not in ('message', 'message_edit', 'message_attachments', 'message_delete', 'reaction', 'receipt', 'watermark', 'message_sent', 'message_failed') then
    raise exception 'unknown event type %', v_type using errcode = '22023';
  end if;
  if v_type = 'message' then
    -- Such a message is known already. It brings both ids, or it is an echo that tells since when the channel has it.
    if v_local is not null then
      ${lookForIds(names)}
      select l.changed, to_jsonb(l.waits) into v_linked, v_waits from ${fn('link_message')}(p_account, p_scope, p_scopes, v_local, p_event->>'message_id', v_at, p_operation, p_now, p_server_ms) l;
    end if;
    if ${directionOf('p_event')} = 'outbound' then
      select * into v_message from ${tables.messages} where account_id = p_account and contact_inbox_id = any (p_scopes) and message_id = p_event->>'message_id'
      order by ${inOrder} limit 1;
      perform ${fn('note_delivery')}(p_account, v_message.id, null, v_at, null, null, null, null, null);
    end if;
    ${tellShown}
    return jsonb_build_object('is_linked', coalesce(v_linked, false), 'arrived', ${arrived}, 'waits', v_waits);
  end if;

  if v_type = 'watermark' then
    v_up_to := (p_event->>'watermark')::timestamptz;
    update ${tables.contact_inboxes} ci set
      delivered_up_to = case when p_event->>'status' = 'delivered' and v_up_to > coalesce(ci.delivered_up_to, '-infinity') then v_up_to else ci.delivered_up_to end,
      delivered_up_to_at = case when p_event->>'status' = 'delivered' and v_up_to > coalesce(ci.delivered_up_to, '-infinity') then v_at else ci.delivered_up_to_at end,
      read_up_to = case when p_event->>'status' = 'read' and v_up_to > coalesce(ci.read_up_to, '-infinity') then v_up_to else ci.read_up_to end,
      read_up_to_at = case when p_event->>'status' = 'read' and v_up_to > coalesce(ci.read_up_to, '-infinity') then v_at else ci.read_up_to_at end
    where ci.account_id = p_account and ci.id = p_scope
      and v_up_to > coalesce(case p_event->>'status' when 'read' then ci.read_up_to else ci.delivered_up_to end, '-infinity');
    with reached as (update ${tables.messages} m set
      delivered_at = case when p_event->>'status' = 'delivered' then v_at else m.delivered_at end,
      read_at = case when p_event->>'status' = 'read' then v_at else m.read_at end,
      is_marked = m.is_marked or m.delivered_at is null and m.read_at is null,
      status = case when p_event->>'status' = 'read' or m.read_at is not null then 'read' else 'delivered' end
    where m.account_id = p_account and m.contact_inbox_id = any (p_scopes) and m.direction = 'outbound' and m.sent_at <= v_up_to and m.status <> 'failed'
      and (m.delivered_at is null or m.read_at is null) and case p_event->>'status' when 'read' then m.read_at is null else m.delivered_at is null end
      returning m.id, m.double_in)
    select count(*), array_agg(reached.id) filter (where reached.double_in is not null) into v_touched, v_hidden from reached;
    perform ${fn('tell_shown_copy')}(p_account, h.id, p_operation, p_now, p_server_ms) from unnest(v_hidden) h(id);
    return jsonb_build_object('outcome', case when v_touched > 0 then 'applied' else 'unchanged' end);
  end if;

  if p_waiting is null then
    select * into v_known from ${events}
    where account_id = p_account and contact_inbox_id = any (p_scopes) and dedupe_key = p_event->>'dedupe_key'
    order by ${inOrder} limit 1;
    if v_known.id is not null then
      return jsonb_build_object('outcome',
        case when v_known.operation_id <> p_operation then 'duplicate' when v_known.conversation_id is null then 'waiting' else 'stored' end);
    end if;
  end if;

  if v_type = 'message_sent' then
    ${lookForIds(names)}
    select l.linked, l.changed, to_jsonb(l.waits) into v_linked_id, v_linked, v_waits
    from ${fn('link_message')}(p_account, p_scope, p_scopes, v_local, p_event->>'message_id', v_at, p_operation, p_now, p_server_ms) l;
    select * into v_message from ${tables.messages} where account_id = p_account and id = v_linked_id;
  elsif v_type = 'message_failed' then
    select * into v_message from ${tables.messages} where account_id = p_account and contact_inbox_id = any (p_scopes) and local_id = v_local
    order by ${inOrder} limit 1;
  else
    select * into v_message from ${tables.messages} where account_id = p_account and contact_inbox_id = any (p_scopes) and message_id = v_target
    order by ${inOrder} limit 1;
  end if;

  if v_message.id is null then
    if p_waiting is null then
      ${insertEvent(
        names,
        'null',
        'null',
        `case v_type
          when 'message_edit' then jsonb_build_object('text', p_event->'text', 'editNumber', coalesce((p_event->>'edit_number')::integer, 0))
          when 'message_attachments' then jsonb_build_object('text', p_event->'text', 'attachments', p_event->'attachments')
          when 'reaction' then jsonb_build_object('emoji', p_event->'emoji')
          when 'receipt' then jsonb_build_object('status', p_event->'status', 'error', p_event->'error')
          when 'message_failed' then jsonb_build_object('error', p_event->'error') end`,
      )};
    end if;
    return jsonb_build_object('outcome', 'waiting');
  end if;

  select * into v_conversation from ${tables.conversations} where account_id = p_account and id = v_message.conversation_id for no key update;
  if v_conversation.id is null then
    v_conversation := ${fn('kept_conversation')}(p_account, v_message.conversation_id);
  end if;
  v_before := v_message;
  if v_type = 'receipt' then
    v_is_changed := ${fn('note_delivery')}(p_account, v_message.id, null, ${toldBy('sent')}, ${toldBy('delivered')},
      ${toldBy('read')}, null, ${toldBy('failed')}, p_event->>'error');
    if p_waiting is not null then
      delete from ${events} where account_id = p_account and id = p_waiting;
    end if;
    ${noteFailure(names)}
    ${tellShown}
    return jsonb_build_object('outcome', case when v_is_changed then 'applied' else 'unchanged' end, 'waits', v_waits,
      'conversation_id', case when v_is_changed then v_conversation.id end);
  elsif v_type = 'message_edit' then
    v_payload := jsonb_build_object('editNumber', coalesce((p_event->>'edit_number')::integer, 0));
    update ${tables.messages} m set text = case when m.deleted_at is null then p_event->>'text' else m.text end, edited_at = v_at,
      edit_number = coalesce((p_event->>'edit_number')::integer, 0)
    where m.account_id = p_account and m.id = v_message.id
      and (coalesce((p_event->>'edit_number')::integer, 0), v_at) > (m.edit_number, coalesce(m.edited_at, '-infinity'))
    returning * into v_message;
  elsif v_type = 'message_attachments' then
    if v_message.deleted_at is null then
      v_attachments := ${fn('with_attachments')}(v_message.attachments, p_event->'attachments');
      v_left_out := greatest(jsonb_array_length(v_attachments) - ${limits.attachments}, 0);
      update ${tables.messages} m set attachments = jsonb_path_query_array(v_attachments, '$[0 to ${limits.attachments - 1}]'),
        text = case when m.text = '' and m.edited_at is null then coalesce(p_event->>'text', '') else m.text end
      where m.account_id = p_account and m.id = v_message.id
      returning * into v_message;
    end if;
    -- The files of the copy that is shown may have other URLs.
    if v_message.double_in is not null then
      update ${tables.messages} m set attachments = jsonb_path_query_array(${fn('with_attachments')}(m.attachments, p_event->'attachments'), '$[0 to ${limits.attachments - 1}]'),
        text = case when m.text = '' and m.edited_at is null then coalesce(p_event->>'text', '') else m.text end
      where m.account_id = p_account and m.id = ${fn('shown_copy')}(p_account, v_message.id) and m.deleted_at is null;
    end if;
    v_payload := jsonb_build_object('added', jsonb_array_length(v_message.attachments) - jsonb_array_length(v_before.attachments), 'leftOut', v_left_out);
  elsif v_type = 'message_delete' then
    update ${tables.messages} m set text = '', attachments = '[]'::jsonb, deleted_at = v_at
    where m.account_id = p_account and m.id = v_message.id and v_at < coalesce(m.deleted_at, 'infinity')
    returning * into v_message;
  elsif v_type = 'reaction' then
    v_payload := jsonb_build_object('emoji', p_event->'emoji');
    -- The customer is one sender, whatever the id. A mark from before may have the id instead.
    v_sender := coalesce(p_event->>'sender_id', '');
    if v_direction = 'inbound' then
      -- Where the event has waited, its sender may be another id of the person by now, or somebody else's since.
      select coalesce(nullif(v_sender, ''), ci.customer_id) into v_customer from ${tables.contact_inboxes} ci
      where ci.account_id = p_account and ci.id = p_own and (v_sender in (ci.customer_id, '') or (select true from ${tables.contact_inboxes} s
        where s.account_id = p_account and s.oa_id = ci.oa_id and s.customer_id = v_sender and case
          when p_scope in (s.id, s.canonical_id) then true when s.previous_head_id is not null then p_scope = any (${fn('former_heads')}(p_account, s.previous_head_id)) end limit 1));
      v_sender := case when v_customer is null then v_sender else ${literal(customerSender)} end;
    end if;
    update ${tables.messages} m set reactions = ${fn('merged_reactions')}(
      case when v_customer is not null and m.reactions @> jsonb_build_array(jsonb_build_array(v_customer)) then
        (select jsonb_agg(case when r.mark->>0 = v_customer then jsonb_set(r.mark, '{0}', to_jsonb(v_sender)) else r.mark end order by r.n)
          from jsonb_array_elements(m.reactions) with ordinality r(mark, n)) else m.reactions end,
      jsonb_build_array(jsonb_build_array(v_sender, p_event->'emoji', floor(extract(epoch from v_at) * 1000)::bigint)))
    where m.account_id = p_account and m.id = v_message.id
    returning * into v_message;
  elsif v_type = 'message_failed' then
    v_payload := jsonb_build_object('error', p_event->'error');
    perform ${fn('note_delivery')}(p_account, v_message.id, null, null, null, null, v_at, null, p_event->>'error');
    ${noteFailure(names)}
  end if;
  if v_message.id is null then
    v_message := v_before;
  end if;

  if p_waiting is null then
    ${insertEvent(names, 'v_conversation.id', 'v_conversation.last_event_seq + 1', 'v_payload')};
  else
    update ${events} set conversation_id = v_conversation.id, event_seq = v_conversation.last_event_seq + 1, payload = v_payload
    where account_id = p_account and id = p_waiting;
  end if;
  v_is_shown := v_conversation.last_message_row_id = v_before.id and v_type in ('message_edit', 'message_attachments', 'message_delete')
    and ${fn('preview_of')}(v_message.text, v_message.attachments) is distinct from v_conversation.last_message_preview;
  if v_is_shown then
    update ${tables.conversations} c set last_event_seq = c.last_event_seq + 1,
      last_message_preview = ${fn('preview_of')}(v_message.text, v_message.attachments), ${markedOnce(names, 'c')}
    where c.account_id = p_account and c.id = v_conversation.id;
  else
    update ${tables.conversations} c set last_event_seq = c.last_event_seq + 1 where c.account_id = p_account and c.id = v_conversation.id;
  end if;
  ${tellShown}
  return jsonb_build_object('outcome', 'stored', 'conversation_id', v_conversation.id, 'arrived', ${arrived}, 'waits', v_waits);
end
`,
  }
}

/**
 * Looks which of the two ids that a link names a message has already. `link_message` can't tell, because PostgreSQL
 * changes no OUT parameters of a function that is there.
 */
function lookForIds({ tables }: Names): string {
  const has = (column: string, id: string) =>
    `(select true from ${tables.messages} m where m.account_id = p_account and m.contact_inbox_id = any (p_scopes) and m.${column} = ${id} limit 1) is not null`
  return `v_had_message := ${has('message_id', "p_event->>'message_id'")};
      v_had_local := ${has('local_id', 'v_local')};`
}

/** The id that a message has got by the link, for which events may wait: { message_id } or { local_id }. */
const arrived = `case when v_linked and not v_had_message then jsonb_build_object('message_id', p_event->'message_id')
      when v_linked and not v_had_local then jsonb_build_object('local_id', v_local) end`

/** Asks since when the customer waits where an answer has failed, or has not after all, that is not before the last. */
function noteFailure({ tables }: Names): string {
  return `if v_before.sender_type in ('agent', 'bot') and coalesce(${listedAt('v_before')} >= v_conversation.last_answer_at, true)
      and (select m.status = 'failed' from ${tables.messages} m where m.account_id = p_account and m.id = any (array(select v_before.id))) <> (v_before.status = 'failed') then
      v_waits := jsonb_build_array(v_before.conversation_id);
    end if;`
}

/** The time of the event, if it is a receipt of this status. */
function toldBy(status: string): string {
  return `case when p_event->>'status' = '${status}' then v_at end`
}

function insertEvent(names: Names, conversationId: string, seq: string, payload: string): string {
  return `${intoEvents(names)}
    values (p_account, coalesce(p_event->>'id', ${names.fn('new_row_id')}()), p_scope, nullif(p_own, p_scope), ${conversationId}, ${seq}, v_type, null,
      case when v_type = 'message_sent' then p_event->>'message_id' else v_target end, v_local,
      p_event->>'sender_id', v_direction, ${payload}, p_event->>'dedupe_key', p_operation, v_at, p_now)`
}
