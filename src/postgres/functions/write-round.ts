import type { Names } from '../names.js'
import { canonicalInbox, ownInbox } from './contact-inbox-look-up.js'
import { bookkeeping } from './expressions.js'
import { byValue, functionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * Writes the items of one round, no two of which concern one conversation: `write_round(context, items, ords)`,
 * where `ords` are the items' places in the call (null: as they stand).
 * Returns one result per item: { ord, outcome, conversation, events } or { ord, failure }.
 * The caller holds the contact inboxes and the conversations. Steps as in docs/write-path.md.
 */
export function writeRound({ fn, tables }: Names): SqlFunction {
  return {
    name: 'write_round',
    parameters: 'context jsonb, items jsonb, ords integer[]',
    returns: 'setof jsonb',
    attributes: `language plpgsql volatile ${functionSettings}`,
    body: `
#variable_conflict use_column
declare
  v_account constant text := context->>'account_id';
  v_now constant timestamptz(3) := (context->>'now')::timestamptz;
  v_arrived_ms constant bigint := (context->>'arrived_ms')::bigint;
  v_server_ms constant bigint := (context->>'server_ms')::bigint;
  v_resent_after constant double precision := (context->>'resent_after')::double precision;
  v_result record;
begin
  for v_result in
    with item as materialized (
      select p.ord, i.oa_id, i.customer_id, p.operation_id,
             coalesce(i.conversation_id, ${fn('new_row_id')}()) as conversation_id, coalesce(i.contact_id, ${fn('new_row_id')}()) as contact_id,
             coalesce(i.patch, '{}'::jsonb) as patch, i.channel, nullif(i.expected_version, 'null'::jsonb) as expected_version,
             i.username_key, coalesce(i.events, '[]'::jsonb) as events,
             coalesce(nullif(i.on_closed, 'null'::jsonb), b.on_closed, context->'default_on_closed') as on_closed,
             b.channel as inbox_channel, b.chatbot_id as inbox_chatbot_id,
             o.id as own_id, o.contact_id as own_contact_id, o.channel as own_channel,
             o.delivered_up_to, o.delivered_up_to_at, o.read_up_to, o.read_up_to_at,
             k.id as canonical_id, k.oa_id as canonical_oa_id, k.customer_id as canonical_customer_id, k.contact_id as canonical_contact_id, k.channel as canonical_channel,
             a.c as active, l.c as latest, u.c as username_holder,
             case when (a.c).operations @> jsonb_build_array(jsonb_build_array(p.operation_id)) then a.c
                  when (l.c).operations @> jsonb_build_array(jsonb_build_array(p.operation_id)) then l.c else s.c end as seen_in,
             exists (select 1 from ${tables.contact_interaction_events} w
                     where w.account_id = v_account and w.contact_inbox_id = o.id and w.conversation_id is null) as has_waiting
      from rows from (jsonb_to_recordset(items) as (
             oa_id text, customer_id text, operation_id text, conversation_id text, contact_id text, patch jsonb, channel text,
             expected_version jsonb, on_closed jsonb, username_key text, events jsonb)) with ordinality
           as i(oa_id, customer_id, operation_id, conversation_id, contact_id, patch, channel, expected_version, on_closed, username_key, events, position)
      cross join lateral (select coalesce(ords[i.position], i.position::integer) as ord) q
      cross join lateral (select q.ord, coalesce(i.operation_id, context->>'operation_id' || case when (context->>'is_bulk')::boolean then '.' || q.ord else '' end) as operation_id) p
      cross join lateral (${ownInbox(tables)}) o
      cross join lateral (${canonicalInbox(tables)}) k
      left join lateral (select x.channel, x.chatbot_id, x.on_closed from ${tables.inboxes} x
        where x.account_id = v_account and x.oa_id = i.oa_id limit 1) b on true
      left join lateral (select v as c from ${tables.conversations} v
        where v.account_id = v_account and v.oa_id = k.oa_id and v.customer_id = k.customer_id and v.status <> 'closed' limit 1) a on true
      left join lateral (select v as c from ${tables.conversations} v
        where (a.c).id is null and v.account_id = v_account and v.contact_inbox_id = k.id order by v.created_at desc, v.id desc limit 1) l on true
      left join lateral (select v as c from ${tables.conversations} v
        where i.username_key is not null and v.account_id = v_account and v.oa_id = i.oa_id and v.username_key = i.username_key and v.status <> 'closed' limit 1) u on true
      -- Only a resend looks further than the conversation at hand for its operation.
      left join lateral (select v as c from ${tables.conversations} v
        where v_resent_after is not null and v.account_id = v_account and v.contact_inbox_id = k.id
          and v.operations @> jsonb_build_array(jsonb_build_array(p.operation_id)) limit 1) s on true
    ),
    given as materialized (
      select i.ord, i.own_id, i.customer_id as item_customer_id, i.operation_id, e.*,
             e.type = 'message' as is_message,
             e.type in ('postback', 'referral', 'optin', 'handover') or e.type like 'custom:%' as is_fact,
             e.type in ('receipt', 'watermark') as leaves_no_row,
             coalesce(e.dedupe_key, 'sql:' || encode(sha256(convert_to(e.raw::text, 'UTF8')), 'hex')) as event_key
      from item i
      cross join lateral (
        select x.*, r.raw, r.position, date_trunc('milliseconds', coalesce(x.at, v_now)) as occurred_at
        from jsonb_array_elements(i.events) with ordinality r(raw, position)
        cross join lateral (select r.raw->>'type' as type, r.raw->>'id' as id, r.raw->>'row_id' as row_id, r.raw->>'message_id' as message_id,
          r.raw->>'local_id' as local_id, coalesce(r.raw->>'direction', 'inbound') as direction, r.raw->>'text' as text,
          (r.raw->>'occurred_at')::timestamptz as at, r.raw->>'dedupe_key' as dedupe_key) x
      ) e
    ),
    -- Step 3: which events are known. One look-up by key each.
    probed as (
      select g.*, ke.operation_id is not null or km.found is not null as is_known, ke.operation_id is not null and ke.operation_id = g.operation_id as is_own, ke.waits,
             case when g.is_message or g.is_fact and g.message_id is not null then
               g.message_id is not null and row_number() over (partition by g.ord, g.is_message or g.is_fact, g.message_id order by g.position) > 1
               or g.local_id is not null and g.is_message and row_number() over (partition by g.ord, g.is_message, g.local_id order by g.position) > 1
             else row_number() over (partition by g.ord, (g.is_message or g.is_fact) and g.message_id is not null, g.event_key order by g.position) > 1 end as is_repeat
      from given g
      left join lateral (
        (select w.operation_id, w.conversation_id is null as waits from ${tables.contact_interaction_events} w
          where (g.is_message or g.is_fact) and g.message_id is not null
            and w.account_id = v_account and w.contact_inbox_id = g.own_id and w.message_id = g.message_id)
        union all
        (select w.operation_id, w.conversation_id is null from ${tables.contact_interaction_events} w
          where (g.message_id is null or not (g.is_message or g.is_fact))
            and w.account_id = v_account and w.contact_inbox_id = g.own_id and w.dedupe_key = g.event_key and w.message_id is null)
        limit 1) ke on true
      left join lateral (
        (select 1 as found from ${tables.messages} m
          where (g.is_message or g.is_fact) and g.message_id is not null and ke.operation_id is null
            and m.account_id = v_account and m.contact_inbox_id = g.own_id and m.message_id = g.message_id)
        union all
        (select 1 from ${tables.messages} m
          where g.is_message and g.local_id is not null
            and m.account_id = v_account and m.contact_inbox_id = g.own_id and m.local_id = g.local_id)
        limit 1) km on true
    ),
    event as materialized (
      select p.*, case when p.is_message then (p.is_known or p.is_repeat) and p.message_id is not null and p.local_id is not null
                       when p.is_fact then false else not p.is_repeat and (p.leaves_no_row or not p.is_known) end as is_rare
      from probed p
    ),
    counted as (
      select e.ord,
             bool_or(not e.leaves_no_row) as has_recordable,
             bool_and(e.is_known or e.is_repeat or e.leaves_no_row) as none_new,
             bool_and(e.is_known and e.is_own or e.is_repeat or e.leaves_no_row) as all_own,
             bool_or((e.is_message or e.type = 'postback') and not e.is_known and not e.is_repeat) as opens,
             bool_or((e.is_message and e.direction = 'inbound' or e.type = 'postback') and not e.is_known and not e.is_repeat) as is_inbound
      from event e group by e.ord
    ),
    -- Steps 2, 4, 5.
    judged as (
      select i.*, n.all_own,
             (i.seen_in).id is not null as is_seen,
             coalesce(n.has_recordable and n.none_new, false) as is_replay,
             coalesce(n.has_recordable, false) as has_recordable,
             (i.seen_in).id is null and not coalesce(n.has_recordable and n.none_new, false) and (n.ord is null or n.opens) as opens,
             n.ord is null or n.is_inbound as is_inbound
      from item i left join counted n on n.ord = i.ord
    ),
    -- Step 6.
    chosen as (
      select j.*,
             case when not j.opens then case when (j.active).id is null and (j.latest).id is null then 'none' else 'join' end
                  when (j.active).id is not null then 'join'
                  when (j.username_holder).id is not null then 'adopt'
                  when (j.latest).id is null then 'create'
                  when not j.is_inbound then 'join'
                  when j.on_closed = '"reopen"'::jsonb then 'reopen'
                  when jsonb_typeof(j.on_closed) = 'object'
                    and v_now - (j.latest).closed_at <= coalesce(j.on_closed->>'reopen_within', j.on_closed->>'reopenWithin')::double precision * interval '1 millisecond' then 'reopen'
                  else 'create' end as action,
             case when (j.active).id is not null then j.active
                  when j.opens and (j.username_holder).id is not null then j.username_holder
                  else j.latest end as candidate,
             case when (j.active).id is not null then j.active else j.latest end as known_conv
      from judged j
    ),
    decided as materialized (
      select d.*, x.*, case when d.action in ('create', 'none') then null else d.candidate end as conv,
             case when d.is_seen then null
                  when v_resent_after is not null and not d.has_recordable and jsonb_array_length((d.known_conv).operations) >= 16
                    and ((d.known_conv).operations->0->>2)::double precision >= v_arrived_ms - v_resent_after
                    then jsonb_build_object('code', 'COMMIT_OUTCOME_UNKNOWN', 'operationId', d.operation_id)
                  when d.is_replay then null
                  when (d.active).id is not null and (d.username_holder).id <> (d.active).id
                    then jsonb_build_object('code', 'USERNAME_TAKEN', 'conversationId', (d.username_holder).id)
                  when jsonb_typeof(d.expected_version) = 'number' and (d.expected_version)::text::integer is distinct from x.actual_version
                    or d.expected_version = '"absent"'::jsonb and x.actual_version is not null
                    then jsonb_build_object('code', 'VERSION_CONFLICT', 'expected', d.expected_version, 'actual', x.actual_version)
                  when d.channel <> d.inbox_channel then jsonb_build_object('code', 'INBOX_CHANNEL_MISMATCH', 'expected', d.inbox_channel, 'actual', d.channel)
                  when d.channel <> x.current_channel and x.current_channel <> 'api'
                    then jsonb_build_object('code', 'INBOX_CHANNEL_MISMATCH', 'expected', x.current_channel, 'actual', d.channel) end as failure
      from chosen d
      cross join lateral (select
        case when (d.active).id is not null then (d.active).version when d.action = 'adopt' then (d.username_holder).version end as actual_version,
        coalesce(case when d.action not in ('create', 'none') then (d.candidate).channel end, d.canonical_channel) as current_channel) x
    ),
    ready as materialized (
      select d.*, not d.is_seen and not d.is_replay and d.failure is null as writes,
             case when d.action = 'create' then d.conversation_id else (d.conv).id end as target_id,
             case when coalesce(d.current_channel, 'api') <> 'api' then d.current_channel else coalesce(d.channel, d.inbox_channel, 'api') end as new_channel,
             coalesce(d.canonical_contact_id, (d.conv).contact_id, d.contact_id) as new_contact_id,
             coalesce((d.conv).last_seq, 0) as base_seq, coalesce((d.conv).last_event_seq, 0) as base_event_seq,
             d.patch->>'customer_name' as given_name
      from decided d
    ),
    stored as materialized (
      select e.ord, e.position, e.raw, e.type, e.is_message, e.direction, e.event_key, e.message_id, e.local_id, e.occurred_at, e.text,
             coalesce(e.id, ${fn('new_row_id')}()) as event_id, coalesce(e.row_id, ${fn('new_row_id')}()) as row_id,
             r.own_id, r.target_id, r.operation_id, r.action,
             case when r.action <> 'none' then r.base_event_seq + row_number() over (partition by e.ord order by e.position) end as event_seq,
             case when e.is_message then r.base_seq + row_number() over (partition by e.ord, e.is_message order by e.position) end as seq,
             least(e.occurred_at, case when e.occurred_at > v_now + interval '5 minutes' then v_now end) as counted_at,
             case when e.is_message and e.direction = 'outbound' and e.message_id is not null then e.occurred_at end as sent_at,
             coalesce(nullif(left(e.text, 160), ''), '[' || (e.raw->'attachments'->0->>'type') || ']') as preview,
             case when e.raw ? 'sender_type' then e.raw->>'sender_id' when e.direction = 'inbound' then e.item_customer_id end as sender_id,
             coalesce(e.raw->>'sender_type', case e.direction when 'inbound' then 'customer' else 'agent' end) as sender_type,
             r.delivered_up_to, r.delivered_up_to_at, r.read_up_to, r.read_up_to_at
      from event e join ready r on r.ord = e.ord
      where r.writes and (e.is_message or e.is_fact) and not e.is_known and not e.is_repeat
    ),
    totals as (
      select s.ord, count(*) as events, count(s.seq) as messages, count(s.seq) filter (where s.direction = 'inbound') as inbound,
             max(s.counted_at) filter (where s.is_message) as message_at,
             max(s.counted_at) filter (where s.is_message or s.type = 'postback') as activity_at,
             max(s.counted_at) filter (where s.is_message and s.direction = 'inbound' or s.type = 'postback') as inbound_at,
             (array_agg(s.preview order by s.counted_at desc, s.seq desc) filter (where s.is_message))[1] as preview,
             (array_agg(s.row_id order by s.counted_at desc, s.seq desc) filter (where s.is_message))[1] as preview_row_id
      from stored s group by s.ord
    ),
    -- Step 9 for what has a row already: the values it shall have.
    next as materialized (
      select r.*, coalesce(t.events, 0)::integer as events_stored, coalesce(t.messages, 0)::integer as messages, coalesce(t.inbound, 0)::integer as inbound,
             t.message_at, t.activity_at, t.inbound_at,
             case when t.message_at >= coalesce((r.conv).last_message_at, '-infinity') then t.preview else (r.conv).last_message_preview end as preview,
             case when t.message_at >= coalesce((r.conv).last_message_at, '-infinity') then t.preview_row_id else (r.conv).last_message_row_id end as preview_row_id,
             case when r.patch ? 'nickname' then r.patch->>'nickname' else (r.conv).nickname end as nickname,
             case when r.patch ? 'customer_name' then r.patch->>'customer_name' else (r.conv).customer_name end as customer_name,
             case when r.patch ? 'customer_username' then r.patch->>'customer_username' else (r.conv).customer_username end as customer_username,
             case when r.patch ? 'chatbot_id' then r.patch->>'chatbot_id' when r.action = 'create' then r.inbox_chatbot_id else (r.conv).chatbot_id end as chatbot_id,
             case when r.patch ? 'metadata' then nullif(r.patch->'metadata', 'null'::jsonb) else (r.conv).metadata end as metadata,
             case when r.username_key is not null then r.username_key
                  when r.action = 'reopen' and exists (select 1 from ${tables.conversations} h
                    where h.account_id = v_account and h.oa_id = r.oa_id and h.username_key = (r.conv).username_key and h.status <> 'closed') then null
                  else (r.conv).username_key end as new_username_key,
             case when r.action = 'reopen' or (r.conv).status = 'snoozed' and t.inbound_at is not null then 'open' else (r.conv).status end as status,
             greatest((r.conv).last_inbound_at, t.inbound_at) as last_inbound_at,
             greatest((r.conv).last_activity_at, t.activity_at) as last_activity_at,
             case when t.inbound_at is not null and r.new_channel in ('whatsapp', 'messenger', 'instagram')
                  then greatest((r.conv).last_inbound_at, t.inbound_at) + interval '24 hours' else (r.conv).window_expires_at end as window_expires_at
      from ready r left join totals t on t.ord = r.ord
      where r.writes
    ),
    changed as materialized (
      select n.*, n.messages > 0 or n.action in ('reopen', 'adopt')
                  or (n.nickname, n.customer_name, n.customer_username, n.chatbot_id, n.metadata, n.new_username_key, n.new_channel,
                      n.status, n.last_inbound_at, n.last_activity_at, n.window_expires_at)
                     is distinct from ((n.conv).nickname, (n.conv).customer_name, (n.conv).customer_username, (n.conv).chatbot_id, (n.conv).metadata, (n.conv).username_key, (n.conv).channel,
                      (n.conv).status, (n.conv).last_inbound_at, (n.conv).last_activity_at, (n.conv).window_expires_at) as is_changed
      from next n where n.action <> 'none'
    ),
    new_contact as (
      insert into ${tables.contacts} (account_id, id, name, name_source, created_at, updated_at)
      select v_account, n.new_contact_id, n.given_name, case when n.given_name is not null then 'channel' end, v_now, v_now
      from next n where n.opens and n.canonical_contact_id is null and n.action = 'create'
    ),
    named_contact as (
      update ${tables.contacts} p set name = n.given_name, name_source = 'channel', updated_at = v_now
      from next n
      where n.given_name is not null and n.action <> 'none' and p.account_id = v_account
        and p.id = any (array(select coalesce((x.conv).contact_id, x.canonical_contact_id) from next x where x.given_name is not null))
        and ${byValue('p.id')} = coalesce((n.conv).contact_id, n.canonical_contact_id)
        and p.name_source is distinct from 'person' and p.name is distinct from n.given_name
    ),
    own_inbox as (
      update ${tables.contact_inboxes} ci
      set contact_id = case when n.action = 'adopt' then (n.conv).contact_id when n.opens then n.new_contact_id else ci.contact_id end,
          canonical_id = case when n.action = 'adopt' then (n.conv).contact_inbox_id else ci.canonical_id end,
          channel = n.new_channel
      from next n
      where ci.account_id = v_account and ci.id = any (array(select x.own_id from next x)) and ${byValue('ci.id')} = n.own_id
        and (n.action = 'adopt' or n.opens and ci.contact_id is null or ci.channel <> n.new_channel)
    ),
    canonical_inbox as (
      update ${tables.contact_inboxes} ci set channel = n.new_channel
      from next n
      where n.canonical_id <> n.own_id and ci.account_id = v_account
        and ci.id = any (array(select x.canonical_id from next x where x.canonical_id <> x.own_id)) and ${byValue('ci.id')} = n.canonical_id
        and ci.channel <> n.new_channel
    ),
    created as (
      insert into ${tables.conversations} (account_id, id, oa_id, customer_id, contact_inbox_id, contact_id, channel, status, version,
        nickname, customer_name, customer_username, username_key, chatbot_id, unread_count, last_seq, read_seq, last_event_seq,
        last_message_at, last_message_preview, last_message_row_id, last_inbound_at, last_activity_at, status_changed_at, window_expires_at,
        snoozed_until, closed_at, metadata, operations, created_at, updated_at)
      select v_account, n.target_id, n.canonical_oa_id, n.canonical_customer_id, n.canonical_id, n.new_contact_id, n.new_channel, 'open', 0,
        n.nickname, n.customer_name, n.customer_username, n.new_username_key, n.chatbot_id, n.inbound, n.messages, 0, n.events_stored,
        n.message_at, n.preview, n.preview_row_id, n.inbound_at, coalesce(n.activity_at, v_now), v_now, n.window_expires_at,
        null, null, n.metadata, jsonb_build_array(jsonb_build_array(n.operation_id, 'created', v_server_ms)), v_now, v_now
      from changed n where n.action = 'create'
      order by n.canonical_oa_id, n.canonical_customer_id
      returning *
    ),
    updated as (
      update ${tables.conversations} c set
        channel = n.new_channel, status = n.status, version = c.version + n.is_changed::integer,
        nickname = n.nickname, customer_name = n.customer_name, customer_username = n.customer_username, username_key = n.new_username_key,
        chatbot_id = n.chatbot_id, metadata = n.metadata,
        unread_count = c.unread_count + n.inbound, last_seq = c.last_seq + n.messages, last_event_seq = c.last_event_seq + n.events_stored,
        last_message_at = greatest(c.last_message_at, n.message_at), last_message_preview = n.preview, last_message_row_id = n.preview_row_id,
        last_inbound_at = n.last_inbound_at, last_activity_at = n.last_activity_at, window_expires_at = n.window_expires_at,
        status_changed_at = case when n.status <> c.status then v_now else c.status_changed_at end,
        snoozed_until = case when n.status = 'snoozed' then c.snoozed_until end,
        closed_at = case when n.status = 'closed' then c.closed_at end,
        updated_at = case when n.is_changed then v_now else c.updated_at end,
        operations = case when n.is_changed then
          (case when jsonb_array_length(c.operations) >= 16 then c.operations - 0 else c.operations end)
          || jsonb_build_array(jsonb_build_array(n.operation_id, case n.action when 'reopen' then 'reopened' when 'adopt' then 'adopted' else 'updated' end, v_server_ms))
          else c.operations end
      from changed n
      where n.action <> 'create' and c.account_id = v_account and c.id = any (array(select x.target_id from changed x)) and ${byValue('c.id')} = n.target_id and (n.is_changed or n.events_stored > 0)
      returning c.*
    ),
    new_messages as (
      insert into ${tables.messages} (account_id, id, conversation_id, contact_inbox_id, seq, message_id, local_id, direction,
        sender_id, sender_type, sender_name, text, attachments, reply_to, status, occurred_at, sent_at, delivered_at, read_at, metadata, created_at)
      select v_account, s.row_id, s.target_id, s.own_id, s.seq, s.message_id, s.local_id, s.direction,
        s.sender_id, s.sender_type, s.raw->>'sender_name', coalesce(s.text, ''), coalesce(nullif(s.raw->'attachments', 'null'::jsonb), '[]'::jsonb), s.raw->>'reply_to',
        case when s.direction = 'outbound' then case when s.read_up_to >= s.sent_at then 'read' when s.delivered_up_to >= s.sent_at then 'delivered'
                                                     when s.sent_at is not null then 'sent' else 'pending' end end,
        s.occurred_at, s.sent_at, case when s.delivered_up_to >= s.sent_at then s.delivered_up_to_at end, case when s.read_up_to >= s.sent_at then s.read_up_to_at end,
        nullif(s.raw->'metadata', 'null'::jsonb), v_now
      from stored s where s.is_message
      order by s.ord, s.seq
    ),
    new_events as (
      insert into ${tables.contact_interaction_events} (account_id, id, contact_inbox_id, conversation_id, event_seq, type, message_id, local_id,
        sender_id, direction, payload, dedupe_key, operation_id, occurred_at, created_at)
      select v_account, s.event_id, s.own_id, case when s.event_seq is not null then s.target_id end, s.event_seq, s.type, s.message_id,
        case when s.is_message then s.local_id end, s.sender_id, s.direction,
        case when s.is_message then null else nullif(s.raw->'payload', 'null'::jsonb) end, s.event_key, s.operation_id, s.occurred_at, v_now
      from stored s
      order by s.ord, s.position
    ),
    after as (
      select * from created union all select * from updated
    ),
    labels as (
      select e.ord,
             jsonb_agg(case
               when e.is_repeat then 'duplicate'
               when e.is_known and e.is_own then case when e.waits then 'waiting' else 'stored' end
               when e.is_known then 'duplicate'
               when e.leaves_no_row or r.is_seen then 'unchanged'
               when r.action = 'none' and e.is_fact then 'waiting'
               else 'stored' end order by e.position) as events,
             jsonb_agg(e.raw || jsonb_build_object('position', e.position, 'dedupe_key', e.event_key, 'occurred_at', e.occurred_at) order by e.position)
               filter (where e.is_rare) as rare
      from event e join ready r on r.ord = e.ord group by e.ord
    )
    select r.ord, r.own_id, r.operation_id, r.is_seen, r.is_replay, r.all_own, r.opens, r.action, r.failure,
           r.has_waiting and r.writes as has_waiting,
           case when r.is_seen then (select o->>1 from jsonb_array_elements((r.seen_in).operations) o where o->>0 = r.operation_id limit 1) end as seen_outcome,
           case when r.is_seen then (r.seen_in).id else r.target_id end as target_id,
           case when r.is_seen then to_jsonb(r.seen_in) else coalesce(to_jsonb(f), to_jsonb(r.conv)) end as conversation,
           coalesce(n.is_changed, false) as is_changed, coalesce(l.events, '[]'::jsonb) as events,
           case when not r.is_seen and r.failure is null then l.rare end as rare
    from ready r
    left join after f on f.id = r.target_id
    left join changed n on n.ord = r.ord
    left join labels l on l.ord = r.ord
  loop
    if v_result.failure is not null then
      return next jsonb_build_object('ord', v_result.ord, 'failure', v_result.failure);
    elsif v_result.rare is not null or v_result.has_waiting or v_result.action = 'adopt' then
      return next ${fn('write_rare')}(context, to_jsonb(v_result));
    else
      return next jsonb_build_object('ord', v_result.ord, 'conversation', v_result.conversation - ${bookkeeping}, 'events', v_result.events,
        'outcome', case when v_result.is_seen then v_result.seen_outcome
                        when v_result.action = 'create' and v_result.opens then 'created'
                        when v_result.action = 'reopen' then 'reopened'
                        when v_result.is_changed then 'updated'
                        when v_result.is_replay and not v_result.all_own then 'duplicate'
                        else 'unchanged' end);
    end if;
  end loop;
end
`,
  }
}
