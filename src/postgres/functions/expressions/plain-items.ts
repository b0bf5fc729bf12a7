import type { Names } from '../../names.js'

/**
 * What `write_known` and `write_first` share. Both take (account, items, ords, operation, is_bulk, now, owns, actives): the last two are the
 * items' contact inboxes and the ids of their active conversations. They return the place and the result of each item that they wrote.
 * Anything else (an alias, a username, another kind of event, one that is known already, another version …) they leave alone, without a row
 * in the result: write_round decides it. The caller holds the contact inboxes and the conversations; no two items concern one conversation.
 */
export function writePlainParameters({ tables }: Names): string {
  return `p_account text, p_items jsonb, p_ords integer[], p_operation text, p_is_bulk boolean, p_now timestamptz,
  p_owns ${tables.contact_inboxes}[], p_actives text[]`
}

export const plainColumns =
  'i.ord, i.operation_id, i.patch, i.own_id, i.customer_id, i.delivered_up_to, i.delivered_up_to_at, i.read_up_to, i.read_up_to_at'

export const givenItems = `select q.*, coalesce(q.item->>'operation_id', p_operation || case when p_is_bulk then '.' || q.ord else '' end) as operation_id,
        o.id as own_id, o.oa_id, o.customer_id, o.channel as own_channel, o.contact_id as own_contact_id,
        o.delivered_up_to, o.delivered_up_to_at, o.read_up_to, o.read_up_to_at, a.id as conversation_id
      from (select coalesce(p_ords[g.position], g.position::integer) as ord, g.position, g.item,
          coalesce(g.item->'patch', '{}'::jsonb) as patch, g.item->>'channel' as channel, g.item->>'expected_version' as expected_version,
          g.item->>'username_key' as username_key, coalesce(g.item->'events', '[]'::jsonb) as events
        from jsonb_array_elements(p_items) with ordinality g(item, position)) q
      join unnest(p_owns) with ordinality o on o.ordinality = q.position and o.canonical_id is null
      left join unnest(p_actives) with ordinality a(id, position) on a.position = q.position`

export function nothingWaits({ tables }: Names): string {
  return `(select true from ${tables.contact_interaction_events} w where w.account_id = p_account and w.contact_inbox_id = i.own_id and w.conversation_id is null limit 1) is null`
}

export function plainResults(outcome: string): string {
  return `select w.ord, json_build_object('outcome', '${outcome}', 'conversation', w.conversation, 'events', array_fill('stored'::text, array[w.messages])) from written w`
}
