import type { Names } from '../../names.js'
import { countedAt, sentAt } from '../expressions.js'
import { isParsedMessageWithin } from './payload-limits.js'

/**
 * The messages of many items at once: each payload is parsed once, by columns, and what they add up to is found by one sort over all of them.
 * (For one item the sort, the grouping and the joins cost more than they save: expressions.ts.) `item` is the items, with the contact inbox
 * `own_id` each, and the ids that an event without its own gets are made here.
 */
export function eventsOfItems({ fn }: Names): string {
  return `event as materialized (
    select e.*, ${countedAt} as counted_at, ${sentAt},
      e.type = 'message' and (e.message_id is null) <> (e.local_id is null) and ${isParsedMessageWithin('e')} as is_plain
    from (
      select i.ord, r.position::integer as position, r.raw->>'type' as type, r.raw->>'message_id' as message_id, r.raw->>'local_id' as local_id,
        coalesce(r.raw->>'direction', 'inbound') as direction,
        coalesce(r.raw->>'dedupe_key', 'sql:' || encode(sha256(convert_to(r.raw::text, 'UTF8')), 'hex')) as dedupe_key,
        coalesce(r.raw->>'row_id', ${fn('new_row_id')}()) as row_id, coalesce(r.raw->>'id', ${fn('new_row_id')}()) as id,
        date_trunc('milliseconds', coalesce((r.raw->>'occurred_at')::timestamptz, p_now)) as occurred_at,
        r.raw->>'text' as text, r.raw->'attachments' as attachments, r.raw->>'reply_to' as reply_to, r.raw->'metadata' as metadata,
        r.raw->>'sender_type' as sender_type, r.raw->>'sender_id' as sender_id, r.raw->>'sender_name' as sender_name,
        case when r.raw ? 'sender_type' then r.raw->>'sender_id' when coalesce(r.raw->>'direction', 'inbound') = 'inbound' then i.customer_id end as sent_by
      from item i cross join lateral jsonb_array_elements(i.events) with ordinality r(raw, position)
      -- Else each column would be taken from the JSON wherever it is used.
      offset 0
    ) e
  ),
  total as materialized (
    select e.ord, count(*)::integer as messages, count(*) filter (where e.direction = 'inbound')::integer as inbound,
      max(e.counted_at) as message_at, max(e.counted_at) filter (where e.direction = 'inbound') as inbound_at,
      (array_agg(e.row_id order by e.counted_at desc, e.position desc))[1] as preview_row_id,
      (array_agg(coalesce(nullif(left(e.text, 160), ''), '[' || (e.attachments->0->>'type') || ']') order by e.counted_at desc, e.position desc))[1] as preview,
      bool_and(e.is_plain) as is_plain,
      array_agg(e.message_id) filter (where e.message_id is not null) as message_ids,
      array_agg(e.local_id) filter (where e.local_id is not null) as local_ids,
      array_agg(e.dedupe_key) filter (where e.local_id is not null) as local_keys
    from event e group by e.ord
  ),
  different as materialized (
    select d.ord, count(*) as ids from (select distinct e.ord, e.message_id, e.local_id from event e) d group by d.ord
  )`
}

/** Those items whose events are new messages, every one, and no two of them one. Scalar look-ups with a limit: an EXISTS may be answered by hashing the whole table. */
export function plainItems({ tables }: Names, columns: string): string {
  const event = `select true from ${tables.contact_interaction_events} w where w.account_id = p_account and w.contact_inbox_id = i.own_id`
  const message = `select true from ${tables.messages} m where m.account_id = p_account and m.contact_inbox_id = i.own_id`
  return `plain as materialized (
    select ${columns}, coalesce(t.messages, 0) as messages, coalesce(t.inbound, 0) as inbound, t.message_at, t.inbound_at, t.preview, t.preview_row_id
    from item i
    left join (select t.*, d.ids from total t join different d on d.ord = t.ord) t on t.ord = i.ord
    where t.ord is null or t.is_plain and t.ids = t.messages
      and case when t.message_ids is null then true else (${event} and w.message_id = any (t.message_ids) limit 1) is null
          and (${message} and m.message_id = any (t.message_ids) limit 1) is null end
      and case when t.local_ids is null then true else (${event} and w.dedupe_key = any (t.local_keys) and w.message_id is null limit 1) is null
          and (${message} and m.local_id = any (t.local_ids) limit 1) is null end
  )`
}

/** Inserts the messages of what was written, each in its place. */
export function insertMessages({ tables }: Names): string {
  return `stored as materialized (
    select e.*, w.conversation_id, w.own_id, w.operation_id, w.base_seq, w.base_event_seq,
      w.delivered_up_to, w.delivered_up_to_at, w.read_up_to, w.read_up_to_at
    from event e join written w on w.ord = e.ord
  ),
  new_messages as (
    insert into ${tables.messages} (account_id, id, conversation_id, contact_inbox_id, seq, message_id, local_id, direction,
      sender_id, sender_type, sender_name, text, attachments, reply_to, status, occurred_at, sent_at, delivered_at, read_at, metadata, created_at)
    select p_account, s.row_id, s.conversation_id, s.own_id, s.base_seq + s.position, s.message_id, s.local_id, s.direction,
      s.sent_by, coalesce(s.sender_type, case s.direction when 'inbound' then 'customer' else 'agent' end), s.sender_name,
      coalesce(s.text, ''), coalesce(nullif(s.attachments, 'null'::jsonb), '[]'::jsonb), s.reply_to,
      case when s.direction = 'outbound' then case when s.read_up_to >= s.sent_at then 'read' when s.delivered_up_to >= s.sent_at then 'delivered'
                                                   when s.sent_at is not null then 'sent' else 'pending' end end,
      s.occurred_at, s.sent_at, case when s.delivered_up_to >= s.sent_at then s.delivered_up_to_at end, case when s.read_up_to >= s.sent_at then s.read_up_to_at end,
      nullif(s.metadata, 'null'::jsonb), p_now
    from stored s
  ),
  new_events as (
    insert into ${tables.contact_interaction_events} (account_id, id, contact_inbox_id, conversation_id, event_seq, type, message_id, local_id,
      sender_id, direction, dedupe_key, operation_id, occurred_at, created_at)
    select p_account, s.id, s.own_id, s.conversation_id, s.base_event_seq + s.position, 'message', s.message_id, s.local_id,
      s.sent_by, s.direction, s.dedupe_key, s.operation_id, s.occurred_at, p_now
    from stored s
  )`
}
