import type { Names } from '../../names.js'
import { isGroup } from './identities.js'
import { operationOfItem } from './operations.js'
import { scopesOf } from './scopes.js'

/**
 * What `write_known` and `write_first` share. Both take (account, items, ords, operation, is_bulk, now, heads,
 * actives, owns). The last three are the heads of the items' customers, the ids of their active conversations, and the
 * ids of the customers that are aliases (null elements for the others, or null if there are none). Both return the
 * place and the result of each item that they wrote. They leave every other item (a username, another kind of event, a
 * known event, another version …) without a row in the result, and write_round decides it. So it does for an alias
 * whose active conversation is not given. The caller holds the locks of the heads and the conversations. No two items
 * concern one conversation.
 */
export function writePlainParameters({ tables }: Names): string {
  return `p_account text, p_items jsonb, p_ords integer[], p_operation text, p_is_bulk boolean, p_now timestamptz,
  p_heads ${tables.contact_inboxes}[], p_actives text[], p_owns text[]`
}

/** The columns of the item `from` that its messages need. */
export function plainColumns(from: string): string {
  const names = 'ord operation_id patch scope_id scopes own_id customer_id delivered_up_to delivered_up_to_at read_up_to read_up_to_at'
  return names
    .split(' ')
    .map((name) => `${from}.${name}`)
    .join(', ')
}

/** The columns of `written` that come from an item and not from its conversation. */
export const writtenColumns = `change.ord, change.scope_id, change.own_id, change.operation_id, change.messages,
      change.delivered_up_to, change.delivered_up_to_at, change.read_up_to, change.read_up_to_at`

/** The items of the call with the heads and the active conversations of their customers. */
export const givenItems = `select given.*, ${operationOfItem("given.item->>'operation_id'", 'p_operation', 'p_is_bulk', 'given.ord')} as operation_id,
        head.id as scope_id, ${scopesOf('head', 'head.id')} as scopes, active.own_id, given.item->>'customer_id' as customer_id,
        head.oa_id, head.channel as head_channel, head.contact_id as head_contact_id, ${isGroup('head')} as is_linked,
        head.delivered_up_to, head.delivered_up_to_at, head.read_up_to, head.read_up_to_at, active.id as conversation_id
      from (select coalesce(p_ords[each.position], each.position::integer) as ord, each.position, each.item,
          coalesce(each.item->'patch', '{}'::jsonb) as patch, each.item->>'channel' as channel, each.item->>'expected_version' as expected_version,
          each.item->>'username_key' as username_key, coalesce(each.item->'events', '[]'::jsonb) as events
        from jsonb_array_elements(p_items) with ordinality each(item, position)) given
      join unnest(p_heads) with ordinality head on head.ordinality = given.position
      left join unnest(p_actives, p_owns) with ordinality active(id, own_id, position) on active.position = given.position`

export function plainResults(outcome: string): string {
  return `select written.ord, json_build_object('outcome', '${outcome}', 'conversation', written.conversation,
    'events', array_fill('stored'::text, array[written.messages])) from written`
}
