import type { Names } from '../names.js'
import { innerFunctionSettings } from './function-settings.js'

/**
 * The common writes, with as few look-ups as there can be: patches and new messages of customers who have an active conversation
 * (`write_known`), or who have never been here (`write_first`). Both take (account, items, ords, operation, is_bulk, now, server_ms) and return
 * { ord, outcome, conversation, events } for each item that they wrote. One that is anything else (an alias, a username, another kind of
 * event, one that is known already, another version …) they leave alone, without a row in the result: write_round decides it.
 * The caller holds the contact inboxes and the conversations; no two items concern one conversation.
 */
export function writePlainSql(names: Names): readonly string[] {
  return [writeKnownSql(names), writeFirstSql(names)]
}

function writeKnownSql(names: Names): string {
  const { fn, tables } = names
  return `create or replace function ${fn('write_known')}(${parameters}) returns setof jsonb
language plpgsql volatile ${innerFunctionSettings}
as $fn$
#variable_conflict use_column
begin
  return query
  with item as materialized (
    select i.*, o.id as own_id, o.delivered_up_to, o.delivered_up_to_at, o.read_up_to, o.read_up_to_at, c.id as conversation_id
    from (${givenItems}) i
    cross join lateral (select x.* from ${tables.contact_inboxes} x
      where x.account_id = p_account and x.oa_id = i.oa_id and x.customer_id = i.customer_id and x.canonical_id is null limit 1) o
    cross join lateral (select x.* from ${tables.conversations} x
      where x.account_id = p_account and x.oa_id = i.oa_id and x.customer_id = i.customer_id and x.status <> 'closed' limit 1) c
    left join lateral (select x.channel from ${tables.inboxes} x where x.account_id = p_account and x.oa_id = i.oa_id limit 1) b on true
    left join lateral (select x.name, x.name_source from ${tables.contacts} x
      where i.patch->>'customer_name' is not null and x.account_id = p_account and x.id = c.contact_id limit 1) p on true
    where i.username_key is null
      and coalesce(i.expected_version, c.version::text) = c.version::text
      and not c.operations @> jsonb_build_array(jsonb_build_array(i.operation_id))
      and o.channel = c.channel and coalesce(i.channel, c.channel) = c.channel and coalesce(b.channel, c.channel) = c.channel
      and (i.patch->>'customer_name' is null or p.name_source = 'person' or p.name = i.patch->>'customer_name')
      and ${nothingWaits(names)}
  ),
  ${eventAndPlain(names)},
  written as materialized (
    update ${tables.conversations} c set
      nickname = case when n.patch ? 'nickname' then n.patch->>'nickname' else c.nickname end,
      customer_name = case when n.patch ? 'customer_name' then n.patch->>'customer_name' else c.customer_name end,
      customer_username = case when n.patch ? 'customer_username' then n.patch->>'customer_username' else c.customer_username end,
      chatbot_id = case when n.patch ? 'chatbot_id' then n.patch->>'chatbot_id' else c.chatbot_id end,
      metadata = case when n.patch ? 'metadata' then nullif(n.patch->'metadata', 'null'::jsonb) else c.metadata end,
      status = case when n.inbound > 0 then 'open' else c.status end,
      status_changed_at = case when n.inbound > 0 and c.status = 'snoozed' then p_now else c.status_changed_at end,
      snoozed_until = case when n.inbound > 0 then null else c.snoozed_until end,
      version = c.version + 1, updated_at = p_now,
      unread_count = c.unread_count + n.inbound, last_seq = c.last_seq + n.messages, last_event_seq = c.last_event_seq + n.messages,
      last_message_at = greatest(c.last_message_at, n.message_at),
      last_message_preview = case when n.message_at >= coalesce(c.last_message_at, '-infinity') then n.preview else c.last_message_preview end,
      last_message_row_id = case when n.message_at >= coalesce(c.last_message_at, '-infinity') then n.preview_row_id else c.last_message_row_id end,
      last_activity_at = greatest(c.last_activity_at, n.message_at),
      last_inbound_at = greatest(c.last_inbound_at, n.inbound_at),
      window_expires_at = case when n.inbound > 0 and c.channel in ('whatsapp', 'messenger', 'instagram')
        then greatest(c.last_inbound_at, n.inbound_at) + interval '24 hours' else c.window_expires_at end,
      operations = (case when jsonb_array_length(c.operations) >= 16 then c.operations - 0 else c.operations end)
        || jsonb_build_array(jsonb_build_array(n.operation_id, 'updated', p_server_ms))
    from plain n
    where c.account_id = p_account and c.id = any (array(select x.conversation_id from plain x)) and c.id = n.conversation_id
      and (n.messages > 0
        or n.patch ? 'nickname' and c.nickname is distinct from n.patch->>'nickname'
        or n.patch ? 'customer_name' and c.customer_name is distinct from n.patch->>'customer_name'
        or n.patch ? 'customer_username' and c.customer_username is distinct from n.patch->>'customer_username'
        or n.patch ? 'chatbot_id' and c.chatbot_id is distinct from n.patch->>'chatbot_id'
        or n.patch ? 'metadata' and c.metadata is distinct from nullif(n.patch->'metadata', 'null'::jsonb))
    returning n.ord, n.own_id, n.operation_id, n.messages, n.delivered_up_to, n.delivered_up_to_at, n.read_up_to, n.read_up_to_at,
      'updated' as outcome, c.id as conversation_id, c.last_seq - n.messages as base_seq, c.last_event_seq - n.messages as base_event_seq,
      to_jsonb(c) as conversation
  ),
  ${messagesEventsAndResult(names)};
end
$fn$`
}

function writeFirstSql(names: Names): string {
  const { fn, tables } = names
  return `create or replace function ${fn('write_first')}(${parameters}) returns setof jsonb
language plpgsql volatile ${innerFunctionSettings}
as $fn$
#variable_conflict use_column
begin
  return query
  with item as materialized (
    select i.*, o.id as own_id, o.delivered_up_to, o.delivered_up_to_at, o.read_up_to, o.read_up_to_at,
           coalesce(i.item->>'conversation_id', ${fn('new_row_id')}()) as conversation_id, coalesce(i.item->>'contact_id', ${fn('new_row_id')}()) as contact_id,
           coalesce(nullif(o.channel, 'api'), i.channel, b.channel, 'api') as new_channel, b.chatbot_id as inbox_chatbot_id
    from (${givenItems}) i
    cross join lateral (select x.* from ${tables.contact_inboxes} x
      where x.account_id = p_account and x.oa_id = i.oa_id and x.customer_id = i.customer_id and x.canonical_id is null limit 1) o
    left join lateral (select x.id from ${tables.conversations} x where x.account_id = p_account and x.contact_inbox_id = o.id limit 1) c on true
    left join lateral (select x.channel, x.chatbot_id from ${tables.inboxes} x where x.account_id = p_account and x.oa_id = i.oa_id limit 1) b on true
    where i.username_key is null and coalesce(i.expected_version, 'absent') = 'absent' and c.id is null and o.contact_id is null
      and (i.channel is null or coalesce(b.channel, i.channel) = i.channel and o.channel in ('api', i.channel))
      and ${nothingWaits(names)}
  ),
  ${eventAndPlain(names)},
  new_contact as (
    insert into ${tables.contacts} (account_id, id, name, name_source, created_at, updated_at)
    select p_account, n.contact_id, n.patch->>'customer_name', case when n.patch->>'customer_name' is not null then 'channel' end, p_now, p_now from plain n
  ),
  own_inbox as (
    update ${tables.contact_inboxes} ci set contact_id = n.contact_id, channel = n.new_channel
    from plain n
    where ci.account_id = p_account and ci.id = any (array(select x.own_id from plain x)) and ci.id = n.own_id
  ),
  created as (
    insert into ${tables.conversations} as c (account_id, id, oa_id, customer_id, contact_inbox_id, contact_id, channel, status, version,
      nickname, customer_name, customer_username, chatbot_id, unread_count, last_seq, read_seq, last_event_seq,
      last_message_at, last_message_preview, last_message_row_id, last_inbound_at, last_activity_at, status_changed_at, window_expires_at,
      metadata, operations, created_at, updated_at)
    select p_account, n.conversation_id, n.oa_id, n.customer_id, n.own_id, n.contact_id, n.new_channel, 'open', 0,
      n.patch->>'nickname', n.patch->>'customer_name', n.patch->>'customer_username',
      case when n.patch ? 'chatbot_id' then n.patch->>'chatbot_id' else n.inbox_chatbot_id end, n.inbound, n.messages, 0, n.messages,
      n.message_at, n.preview, n.preview_row_id, n.inbound_at, coalesce(n.message_at, p_now), p_now,
      case when n.new_channel in ('whatsapp', 'messenger', 'instagram') then n.inbound_at + interval '24 hours' end,
      nullif(n.patch->'metadata', 'null'::jsonb), jsonb_build_array(jsonb_build_array(n.operation_id, 'created', p_server_ms)), p_now, p_now
    from plain n
    returning c.id, to_jsonb(c) as conversation
  ),
  written as materialized (
    select n.ord, n.own_id, n.operation_id, n.messages, n.delivered_up_to, n.delivered_up_to_at, n.read_up_to, n.read_up_to_at,
      'created' as outcome, n.conversation_id, 0 as base_seq, 0 as base_event_seq, c.conversation
    from created c join plain n on n.conversation_id = c.id
  ),
  ${messagesEventsAndResult(names)};
end
$fn$`
}

const parameters = 'p_account text, p_items jsonb, p_ords integer[], p_operation text, p_is_bulk boolean, p_now timestamptz, p_server_ms bigint'

const givenItems = `select q.*, coalesce(q.item->>'operation_id', p_operation || case when p_is_bulk then '.' || q.ord else '' end) as operation_id
      from (select coalesce(p_ords[g.position], g.position::integer) as ord, g.item, g.item->>'oa_id' as oa_id, g.item->>'customer_id' as customer_id,
          coalesce(g.item->'patch', '{}'::jsonb) as patch, g.item->>'channel' as channel, g.item->>'expected_version' as expected_version,
          g.item->>'username_key' as username_key, coalesce(g.item->'events', '[]'::jsonb) as events
        from jsonb_array_elements(p_items) with ordinality g(item, position)) q`

// Scalar look-ups with a limit throughout: an EXISTS may be answered by hashing the whole table.
function nothingWaits({ tables }: Names): string {
  return `(select true from ${tables.contact_interaction_events} w where w.account_id = p_account and w.contact_inbox_id = o.id and w.conversation_id is null limit 1) is null`
}

/** Every event of the items; then those items whose events are all of them new messages, with what these add up to. */
function eventAndPlain({ fn, tables }: Names): string {
  const knownEvent = `select true from ${tables.contact_interaction_events} w where w.account_id = p_account and w.contact_inbox_id = e.own_id`
  const knownMessage = `select true from ${tables.messages} m where m.account_id = p_account and m.contact_inbox_id = e.own_id`
  return `event as materialized (
    select e.*, least(e.occurred_at, case when e.occurred_at > p_now + interval '5 minutes' then p_now end) as counted_at,
      e.type = 'message' and case
        when e.message_id is not null then
          (${knownEvent} and w.message_id = e.message_id limit 1) is null
          and (${knownMessage} and m.message_id = e.message_id limit 1) is null
        else e.local_id is not null and (${knownEvent} and w.dedupe_key = e.event_key and w.message_id is null limit 1) is null end
      and (e.local_id is null or (${knownMessage} and m.local_id = e.local_id limit 1) is null) as is_plain
    from (
      select i.ord, i.own_id, i.customer_id, r.position, r.raw, r.raw->>'type' as type, r.raw->>'message_id' as message_id, r.raw->>'local_id' as local_id,
        coalesce(r.raw->>'direction', 'inbound') as direction, r.raw->>'text' as text,
        coalesce(r.raw->>'dedupe_key', 'sql:' || encode(sha256(convert_to(r.raw::text, 'UTF8')), 'hex')) as event_key,
        coalesce(r.raw->>'row_id', ${fn('new_row_id')}()) as row_id,
        date_trunc('milliseconds', coalesce((r.raw->>'occurred_at')::timestamptz, p_now)) as occurred_at
      from item i cross join lateral jsonb_array_elements(i.events) with ordinality r(raw, position)
    ) e
  ),
  plain as materialized (
    select i.*, coalesce(t.messages, 0) as messages, coalesce(t.inbound, 0) as inbound, t.message_at, t.inbound_at, t.preview, t.preview_row_id
    from item i
    left join (
      select e.ord, count(*)::integer as messages, count(*) filter (where e.direction = 'inbound')::integer as inbound,
        max(e.counted_at) as message_at, max(e.counted_at) filter (where e.direction = 'inbound') as inbound_at,
        (array_agg(coalesce(nullif(left(e.text, 160), ''), '[' || (e.raw->'attachments'->0->>'type') || ']') order by e.counted_at desc, e.position desc))[1] as preview,
        (array_agg(e.row_id order by e.counted_at desc, e.position desc))[1] as preview_row_id,
        bool_and(e.is_plain) and count(distinct e.message_id) = count(e.message_id) and count(distinct e.local_id) = count(e.local_id) as is_plain
      from event e group by e.ord
    ) t on t.ord = i.ord
    where coalesce(t.is_plain, true)
  )`
}

/** The rows of the messages of what was `written`, and a result for each item. */
function messagesEventsAndResult({ fn, tables }: Names): string {
  return `stored as materialized (
    select e.*, w.conversation_id, w.operation_id, w.base_seq + e.position as seq, w.base_event_seq + e.position as event_seq,
      w.delivered_up_to, w.delivered_up_to_at, w.read_up_to, w.read_up_to_at,
      case when e.raw ? 'sender_type' then e.raw->>'sender_id' when e.direction = 'inbound' then e.customer_id end as sender_id,
      case when e.direction = 'outbound' and e.message_id is not null then e.occurred_at end as sent_at
    from written w join event e on e.ord = w.ord
  ),
  new_messages as (
    insert into ${tables.messages} (account_id, id, conversation_id, contact_inbox_id, seq, message_id, local_id, direction,
      sender_id, sender_type, sender_name, text, attachments, reply_to, status, occurred_at, sent_at, delivered_at, read_at, metadata, created_at)
    select p_account, s.row_id, s.conversation_id, s.own_id, s.seq, s.message_id, s.local_id, s.direction,
      s.sender_id, coalesce(s.raw->>'sender_type', case s.direction when 'inbound' then 'customer' else 'agent' end), s.raw->>'sender_name',
      coalesce(s.text, ''), coalesce(nullif(s.raw->'attachments', 'null'::jsonb), '[]'::jsonb), s.raw->>'reply_to',
      case when s.direction = 'outbound' then case when s.read_up_to >= s.sent_at then 'read' when s.delivered_up_to >= s.sent_at then 'delivered'
                                                   when s.sent_at is not null then 'sent' else 'pending' end end,
      s.occurred_at, s.sent_at, case when s.delivered_up_to >= s.sent_at then s.delivered_up_to_at end, case when s.read_up_to >= s.sent_at then s.read_up_to_at end,
      nullif(s.raw->'metadata', 'null'::jsonb), p_now
    from stored s
  ),
  new_events as (
    insert into ${tables.contact_interaction_events} (account_id, id, contact_inbox_id, conversation_id, event_seq, type, message_id, local_id,
      sender_id, direction, dedupe_key, operation_id, occurred_at, created_at)
    select p_account, coalesce(s.raw->>'id', ${fn('new_row_id')}()), s.own_id, s.conversation_id, s.event_seq, 'message', s.message_id, s.local_id,
      s.sender_id, s.direction, s.event_key, s.operation_id, s.occurred_at, p_now
    from stored s
  )
  select jsonb_build_object('ord', w.ord, 'outcome', w.outcome, 'conversation', w.conversation - 'operations',
    'events', to_jsonb(array_fill('stored'::text, array[w.messages])))
  from written w`
}
