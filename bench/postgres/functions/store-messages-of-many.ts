/**
 * The same as `store_messages` for many customers at once, each of them named once per call. The contact inboxes are
 * locked in key order, then the conversations by id, and then one statement writes. It knows no aliases, which are only
 * made by adopting a username.
 */
export const storeMessagesOfManySql = `create function store_messages_of_many(p_account text, p_items jsonb, p_messages jsonb)
returns table (conversation conversations, stored boolean[])
language plpgsql as $fn$
declare
  v_now constant timestamptz(3) := date_trunc('milliseconds', clock_timestamp());
  v_mark_ms constant bigint := floor(extract(epoch from v_now) * 1000)::bigint;
  v_count constant integer := jsonb_array_length(p_items);
  v_found integer;
begin
  -- The missing contact inboxes are inserted before any lock is taken, so that nobody waits for another's insert while
  -- holding a lock.
  with own as (
    insert into contact_inboxes (account_id, id, oa_id, customer_id, contact_id, channel, created_at)
    select p_account, i.contact_inbox_id, i.oa_id, i.customer_id, i.contact_id, coalesce(b.channel, 'api'), v_now
    from jsonb_to_recordset(p_items) as i(oa_id text, customer_id text, contact_inbox_id text, contact_id text)
    left join lateral (select x.id from contact_inboxes x
      where x.account_id = p_account and x.oa_id = i.oa_id and x.customer_id = i.customer_id limit 1) x on true
    left join lateral (select b.channel from inboxes b where b.account_id = p_account and b.oa_id = i.oa_id limit 1) b on x.id is null
    where x.id is null
    order by i.oa_id collate "C", i.customer_id collate "C"
    on conflict do nothing returning contact_id)
  insert into contacts (account_id, id, created_at, updated_at) select p_account, own.contact_id, v_now, v_now from own;
  perform 1 from (
    select i.oa_id, i.customer_id from jsonb_to_recordset(p_items) as i(oa_id text, customer_id text)
    order by i.oa_id collate "C", i.customer_id collate "C") i
  cross join lateral (select 1 from contact_inboxes x
    where x.account_id = p_account and x.oa_id = i.oa_id and x.customer_id = i.customer_id for no key update) held;

  perform 1 from (
    select a.id from jsonb_to_recordset(p_items) as i(oa_id text, customer_id text)
    cross join lateral (select a.id from conversations a
      where a.account_id = p_account and a.oa_id = i.oa_id and a.customer_id = i.customer_id and a.status <> 'closed' limit 1) a
    order by a.id) wanted
  cross join lateral (select 1 from conversations x where x.account_id = p_account and x.id = wanted.id for no key update) held;
  get diagnostics v_found = row_count;
  if v_found < v_count then
    insert into conversations (account_id, id, oa_id, customer_id, contact_inbox_id, contact_id, channel, status, version,
      unread_count, last_seq, read_seq, last_event_seq, last_activity_at, status_changed_at, operations, created_at, updated_at)
    select p_account, i.conversation_id, i.oa_id, i.customer_id, x.id, x.contact_id, x.channel, 'open', -1, 0, 0, 0, 0, '-infinity', v_now, '{0}', v_now, v_now
    from rows from (jsonb_to_recordset(p_items) as (oa_id text, customer_id text, conversation_id text))
      with ordinality as i(oa_id, customer_id, conversation_id, n)
    cross join lateral (select * from contact_inboxes x
      where x.account_id = p_account and x.oa_id = i.oa_id and x.customer_id = i.customer_id limit 1) x
    where not exists (select 1 from conversations a
        where a.account_id = p_account and a.oa_id = i.oa_id and a.customer_id = i.customer_id and a.status <> 'closed')
      and exists (select 1 from jsonb_to_recordset(p_messages) as m("of" integer, message_id text) where m."of" = i.n
        and not exists (select 1 from contact_interaction_events e
          where e.account_id = p_account and e.contact_inbox_id = x.id and e.message_id = m.message_id))
    order by i.oa_id, i.customer_id;
  end if;

  return query
  with item as materialized (
    select i.n, i.operation_id, i.customer_id, a.c, a.id, x.own_id, a.base_seq, a.base_event_seq,
           hashtextextended(i.operation_id, 0) = any (a.operations) as is_seen
    from rows from (jsonb_to_recordset(p_items) as (oa_id text, customer_id text, operation_id text)) with ordinality as i(oa_id, customer_id, operation_id, n)
    cross join lateral (select x.id as own_id from contact_inboxes x
      where x.account_id = p_account and x.oa_id = i.oa_id and x.customer_id = i.customer_id limit 1) x
    cross join lateral (
      (select a as c, a.id, a.last_seq as base_seq, a.last_event_seq as base_event_seq, a.operations from conversations a
        where a.account_id = p_account and a.oa_id = i.oa_id and a.customer_id = i.customer_id and a.status <> 'closed' limit 1)
      union all
      (select a, a.id, a.last_seq, a.last_event_seq, a.operations from conversations a
        where a.account_id = p_account and a.contact_inbox_id = x.own_id order by a.created_at desc, a.id desc limit 1)
      limit 1) a),
  probed as materialized (
    select i.n, i.id as conversation_id, i.own_id, i.customer_id, i.operation_id, i.base_seq, i.base_event_seq, m.place, m.row_id, m.event_id, m.message_id, m.text, m.at,
           least(m.at, case when m.at > v_now + interval '5 minutes' then v_now end) as counted_at,
           not i.is_seen and e.found is null and row_number() over (partition by i.n, m.message_id order by m.place) = 1 as is_new
    from rows from (jsonb_to_recordset(p_messages) as ("of" integer, row_id text, event_id text, message_id text, text text, at timestamptz))
      with ordinality as m("of", row_id, event_id, message_id, text, at, place)
    join item i on i.n = m."of"
    left join lateral (select true as found from contact_interaction_events e
      where e.account_id = p_account and e.contact_inbox_id = i.own_id and e.message_id = m.message_id limit 1) e on true),
  new as materialized (
    select p.*, row_number() over (partition by p.n order by p.place) as seq from probed p where p.is_new),
  totals as materialized (
    select p.n, p.conversation_id, p.operation_id, count(*)::integer as messages, max(p.counted_at) as at,
           (array_agg(p.text order by p.counted_at desc, p.place desc))[1] as text,
           (array_agg(p.row_id order by p.counted_at desc, p.place desc))[1] as row_id
    from new p group by p.n, p.conversation_id, p.operation_id),
  changed as (
    update conversations c set
      status = 'open', snoozed_until = null, status_changed_at = case when c.status = 'snoozed' then v_now else c.status_changed_at end,
      version = c.version + 1, updated_at = v_now,
      last_seq = c.last_seq + t.messages, last_event_seq = c.last_event_seq + t.messages, unread_count = c.unread_count + t.messages,
      last_message_preview = case when t.at >= coalesce(c.last_message_at, '-infinity') then nullif(left(t.text, 160), '') else c.last_message_preview end,
      last_message_row_id = case when t.at >= coalesce(c.last_message_at, '-infinity') then t.row_id else c.last_message_row_id end,
      last_message_at = greatest(c.last_message_at, t.at), last_inbound_at = greatest(c.last_inbound_at, t.at),
      last_activity_at = greatest(c.last_activity_at, t.at),
      window_expires_at = case when c.channel in ('whatsapp', 'messenger', 'instagram')
        then greatest(c.last_inbound_at, t.at) + interval '24 hours' else c.window_expires_at end,
      operations = (case when cardinality(c.operations) > 32 then c.operations[3] / 8 || c.operations[4:] else c.operations end)
        || array[hashtextextended(t.operation_id, 0), v_mark_ms * 8 + case when c.version < 0 then 1 else 2 end]
    from totals t
    where c.account_id = p_account and c.id = t.conversation_id
    returning t.n, c),
  message as (
    insert into messages (account_id, id, conversation_id, contact_inbox_id, seq, message_id, direction, sender_id, sender_type, text, attachments,
      occurred_at, created_at)
    select p_account, m.row_id, m.conversation_id, m.own_id, m.base_seq + m.seq, m.message_id, 'inbound', m.customer_id, 'customer', coalesce(m.text, ''), '[]', m.at, v_now
    from new m order by m.place),
  event as (
    insert into contact_interaction_events (account_id, id, contact_inbox_id, conversation_id, event_seq, type, message_id, sender_id, direction,
      dedupe_key, operation_id, occurred_at, created_at)
    select p_account, m.event_id, m.own_id, m.conversation_id, m.base_event_seq + m.seq, 'message', m.message_id, m.customer_id, 'inbound',
      'message:' || m.message_id, m.operation_id, m.at, v_now
    from new m order by m.place),
  told as (select p.n, array_agg(p.is_new order by p.place) as stored from probed p group by p.n)
  select coalesce(h.c, i.c), t.stored from item i left join changed h on h.n = i.n left join told t on t.n = i.n order by i.n;
end
$fn$`
