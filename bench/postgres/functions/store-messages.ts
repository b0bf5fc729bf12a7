import { conversationVariables, createConversation, lockConversation, lookBehindClosed, withMark } from './open-conversation.js'

/** A time that is more than five minutes ahead counts as now. */
const countedAt = `case when m.at > v_now + interval '5 minutes' then v_now else m.at end`

/**
 * Stores one customer's new inbound messages with their events. Known ids are probed with one look-up each after the
 * conversation is locked, so that the numbers have no hole and the unread count is exact.
 */
export const storeMessagesSql = `create function store_messages(p_account text, p_oa text, p_customer text, p_operation text,
  p_conversation text, p_contact text, p_inbox text,
  p_rows text[], p_events text[], p_ids text[], p_texts text[], p_times timestamptz[], out stored boolean[], out conversation conversations)
language plpgsql as $fn$
declare${conversationVariables}
  p_nickname constant text := null;
  v_created boolean := false;
  v_new integer;
  v_at timestamptz(3);
  v_preview text;
  v_row text;
begin${lockConversation}
  if v_conversation.id is null then${lookBehindClosed}
  end if;

  select array_agg(m.is_new order by m.n), count(*) filter (where m.is_new), max(m.at) filter (where m.is_new),
         (array_agg(m.n order by m.at desc, m.n desc) filter (where m.is_new))[1]
  into stored, v_new, v_at, v_row
  from (
    select m.n, ${countedAt} as at, e.found is null and array_position(p_ids, m.id) = m.n as is_new
    from unnest(p_ids, p_times) with ordinality as m(id, at, n)
    left join lateral (
      select true as found from contact_interaction_events e
      where e.account_id = p_account and e.contact_inbox_id = v_own.id and e.message_id = m.id limit 1) e on true
  ) m;
  if v_seen or v_new = 0 then
    conversation := v_conversation;
    return;
  end if;
  v_preview := coalesce(left(p_texts[v_row::integer], 160), '');
  v_row := p_rows[v_row::integer];

  if v_conversation.id is null or v_conversation.status = 'closed' then${createConversation}
    v_created := true;
  end if;
  update conversations c set
    status = 'open', snoozed_until = null, status_changed_at = case when c.status = 'snoozed' then v_now else c.status_changed_at end,
    version = c.version + (not v_created)::integer, updated_at = v_now,
    last_seq = c.last_seq + v_new, last_event_seq = c.last_event_seq + v_new, unread_count = c.unread_count + v_new,
    last_message_preview = case when v_at >= coalesce(c.last_message_at, '-infinity') then nullif(v_preview, '') else c.last_message_preview end,
    last_message_row_id = case when v_at >= coalesce(c.last_message_at, '-infinity') then v_row else c.last_message_row_id end,
    last_message_at = greatest(c.last_message_at, v_at), last_inbound_at = greatest(c.last_inbound_at, v_at),
    last_activity_at = case when v_created then v_at else greatest(c.last_activity_at, v_at) end,
    window_expires_at = case when c.channel in ('whatsapp', 'messenger', 'instagram')
      then greatest(c.last_inbound_at, v_at) + interval '24 hours' else c.window_expires_at end,
    operations = case when v_created then c.operations else ${withMark} end
  where c.account_id = p_account and c.id = v_conversation.id
  returning * into conversation;

  with new as materialized (
    select m.*, row_number() over (order by m.n) - v_new as place
    from unnest(p_rows, p_events, p_ids, p_texts, p_times, stored) with ordinality as m(row_id, event_id, message_id, text, at, is_new, n)
    where m.is_new),
  message as (
    insert into messages (account_id, id, conversation_id, contact_inbox_id, seq, message_id, direction, sender_id, sender_type, text, attachments,
      occurred_at, created_at)
    select p_account, m.row_id, conversation.id, v_own.id, conversation.last_seq + m.place, m.message_id, 'inbound', p_customer, 'customer', m.text, '[]', m.at, v_now from new m)
  insert into contact_interaction_events (account_id, id, contact_inbox_id, conversation_id, event_seq, type, message_id, sender_id, direction,
    dedupe_key, operation_id, occurred_at, created_at)
  select p_account, m.event_id, v_own.id, conversation.id, conversation.last_event_seq + m.place, 'message', m.message_id, p_customer, 'inbound',
    'message:' || m.message_id, p_operation, m.at, v_now from new m;
end
$fn$`
