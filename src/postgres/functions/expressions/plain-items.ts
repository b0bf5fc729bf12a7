import type { Names } from '../../names.js'
import { operationOfItem } from './operations.js'

/**
 * What `write_known` and `write_first` share. Both take (account, items, ords, operation, is_bulk, now, owns, actives).
 * The last two are the items' contact inboxes and the ids of their active conversations. Both return the place and the
 * result of each item that they wrote. They leave every other item (an alias, a username, another kind of event, a
 * known event, another version …) without a row in the result, and write_round decides it. The caller holds the locks
 * of the contact inboxes and the conversations. No two items concern one conversation.
 */
export function writePlainParameters({ tables }: Names): string {
  return `p_account text, p_items jsonb, p_ords integer[], p_operation text, p_is_bulk boolean, p_now timestamptz,
  p_owns ${tables.contact_inboxes}[], p_actives text[]`
}

/** The columns of the item `from` that its messages need. */
export function plainColumns(from: string): string {
  const names = 'ord operation_id patch own_id customer_id delivered_up_to delivered_up_to_at read_up_to read_up_to_at'
  return names
    .split(' ')
    .map((name) => `${from}.${name}`)
    .join(', ')
}

/** The columns of `written` that come from an item and not from its conversation. */
export const writtenColumns = `change.ord, change.own_id, change.operation_id, change.messages,
      change.delivered_up_to, change.delivered_up_to_at, change.read_up_to, change.read_up_to_at`

/** The items of the call with their own contact inbox and active conversation, without those of aliases. */
export const givenItems = `select given.*, ${operationOfItem("given.item->>'operation_id'", 'p_operation', 'p_is_bulk', 'given.ord')} as operation_id,
        own.id as own_id, own.oa_id, own.customer_id, own.channel as own_channel, own.contact_id as own_contact_id,
        own.delivered_up_to, own.delivered_up_to_at, own.read_up_to, own.read_up_to_at, active.id as conversation_id
      from (select coalesce(p_ords[each.position], each.position::integer) as ord, each.position, each.item,
          coalesce(each.item->'patch', '{}'::jsonb) as patch, each.item->>'channel' as channel, each.item->>'expected_version' as expected_version,
          each.item->>'username_key' as username_key, coalesce(each.item->'events', '[]'::jsonb) as events
        from jsonb_array_elements(p_items) with ordinality each(item, position)) given
      join unnest(p_owns) with ordinality own on own.ordinality = given.position and own.canonical_id is null
      left join unnest(p_actives) with ordinality active(id, position) on active.position = given.position`

export function plainResults(outcome: string): string {
  return `select written.ord, json_build_object('outcome', '${outcome}', 'conversation', written.conversation,
    'events', array_fill('stored'::text, array[written.messages])) from written`
}
