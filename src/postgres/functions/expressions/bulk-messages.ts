import type { Names } from '../../names.js'
import { directionOf, eventKey, givenValues, insertStored, rowId, sentAt, totals } from './messages.js'
import { isLiveMessageWithin } from './payload-limits.js'
import { countedAt, occurredAt } from './times.js'
import { isTimeWithin } from './value-checks.js'

/**
 * The messages of many items at once. Each payload is parsed once, into columns, and one sort over all messages finds
 * the totals. (For a single item, the sort, the grouping and the joins cost more than they save: see new-messages.ts.)
 * `item` is the items, each with the `scopes` of its customer. An event without ids of its own gets them here.
 */
export function eventsOfItems(names: Names): string {
  return `event as materialized (
    select event.*, ${countedAt('event.occurred_at')} as counted_at, ${sentAt}, null::jsonb as payload,
      event.is_within and (event.message_id is null) <> (event.local_id is null) and ${isTimeWithin('event.occurred_at')} as is_plain
    from (
      select item.ord, given.position::integer as position, given.raw->>'type' as type,
        given.raw->>'message_id' as message_id, given.raw->>'local_id' as local_id, ${directionOf('given.raw')} as direction,
        ${eventKey('given.raw')} as event_key, ${rowId(names, 'given.raw')},
        ${occurredAt("given.raw->>'occurred_at'")} as occurred_at, given.raw->>'text' as text,
        case when given.raw->>'type' = 'message' then ${isLiveMessageWithin(names, 'given.raw')} else false end as is_within,
        ${givenValues('given.raw', directionOf('given.raw'), 'item.customer_id')}
      from item cross join lateral jsonb_array_elements(item.events) with ordinality given(raw, position)
      -- Without this, each column would be taken from the JSON wherever it is used.
      offset 0
    ) event
  ),
  total as materialized (
    select event.ord, ${totals('event')},
      bool_and(event.is_plain) as is_plain,
      array_agg(event.message_id) filter (where event.message_id is not null) as message_ids,
      array_agg(event.local_id) filter (where event.local_id is not null) as local_ids,
      array_agg(event.event_key) filter (where event.local_id is not null) as local_keys
    from event group by event.ord
  ),
  different as materialized (
    select id.ord, count(*) as ids from (select distinct event.ord, event.message_id, event.local_id from event) id group by id.ord
  )`
}

/**
 * The items whose events are all new messages, no two of them the same. The look-ups are scalar and have a limit,
 * because PostgreSQL may answer an EXISTS by hashing the whole table. `condition` is what the items must meet besides.
 */
export function plainItems({ tables }: Names, columns: string, condition = 'true'): string {
  const event = `select true from ${tables.contact_interaction_events} known where known.account_id = p_account and known.contact_inbox_id = any (item.scopes)`
  const message = `select true from ${tables.messages} known where known.account_id = p_account and known.contact_inbox_id = any (item.scopes)`
  return `plain as materialized (
    select ${columns}, coalesce(total.messages, 0) as messages, coalesce(total.inbound, 0) as inbound,
      total.message_at, total.inbound_at, total.answer_at, total.asked_at, total.preview, total.preview_row_id
    from item
    left join (select total.*, different.ids from total join different on different.ord = total.ord) total on total.ord = item.ord
    where total.ord is null or total.is_plain and total.ids = total.messages
      and case when total.message_ids is null then true else
            (${event} and known.message_id = any (total.message_ids) limit 1) is null
            and (${message} and known.message_id = any (total.message_ids) limit 1) is null end
      and case when total.local_ids is null then true else
            (${event} and known.dedupe_key = any (total.local_keys) limit 1) is null
            and (${message} and known.local_id = any (total.local_ids) limit 1) is null end
      and ${condition}
  )`
}

/** Inserts the messages of the items that were written, each in its place. */
export function insertStoredOfItems(names: Names): string {
  return `stored as materialized (
    select event.*, written.conversation_id, written.scope_id, written.own_id, written.operation_id,
      written.base_seq + event.position as seq, written.base_event_seq + event.position as event_seq,
      written.delivered_up_to, written.delivered_up_to_at, written.read_up_to, written.read_up_to_at
    from event join written on written.ord = event.ord
  ),
  ${insertStored(names, 'stored')}`
}
