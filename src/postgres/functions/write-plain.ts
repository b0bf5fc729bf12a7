import type { Names } from '../names.js'
import { eventsOfItems, insertMessages, plainItems } from './bulk-messages.js'
import { insertConversation, isPatched, messageChanges, patchChanges, publicConversation } from './expressions.js'
import { byValue, innerFunctionSettings } from './function-settings.js'
import { isItemWithin, isPatchWithin } from './payload-limits.js'
import type { SqlFunction } from './sql-function.js'

/**
 * The common writes of a bulk, with as few look-ups as there can be: patches and new messages of customers who have an active conversation
 * (`write_known`), or who have never been here (`write_first`). Both take (account, items, ords, operation, is_bulk, now, owns, actives):
 * the last two are the items' contact inboxes and the ids of their active conversations. They return
 * the place and the result of each item that they wrote. One that is anything else (an alias, a username, another kind of event, one that
 * is known already, another version …) they leave alone, without a row in the result: write_round decides it.
 * The caller holds the contact inboxes and the conversations; no two items concern one conversation.
 */
export function writePlainFunctions(names: Names): readonly SqlFunction[] {
  return [writeKnown(names), writeFirst(names)]
}

function writeKnown(names: Names): SqlFunction {
  const { tables } = names
  return {
    name: 'write_known',
    parameters: parameters(names),
    returns: 'table (ord integer, result json)',
    attributes: `language plpgsql volatile ${innerFunctionSettings}`,
    body: `
#variable_conflict use_column
begin
  return query
  with item as materialized (
    select ${plainColumns}, i.events, i.conversation_id, i.own_channel, i.channel, i.expected_version, b.channel as inbox_channel
    from (${givenItems}) i
    left join lateral (select x.channel from ${tables.inboxes} x where x.account_id = p_account and x.oa_id = i.oa_id limit 1) b on true
    where i.conversation_id is not null and i.username_key is null and octet_length(i.operation_id) between 1 and 512 and ${isPatchWithin('i.patch')}
      and ${nothingWaits(names)}
  ),
  ${eventsOfItems(names)},
  ${plainItems(names, `${plainColumns}, i.conversation_id, i.own_channel, i.channel, i.expected_version, i.inbox_channel`)},
  written as materialized (
    update ${tables.conversations} c set
      ${patchChanges('p_now')},
      ${messageChanges}
    from plain n
    where c.account_id = p_account and c.id = any (array(select x.conversation_id from plain x)) and ${byValue('c.id')} = n.conversation_id
      and (n.messages > 0 or ${isPatched}) and c.status <> 'closed'
      and coalesce(n.expected_version, c.version::text) = c.version::text
      and not c.operations @> jsonb_build_array(jsonb_build_array(n.operation_id))
      and n.own_channel = c.channel and coalesce(n.channel, c.channel) = c.channel and coalesce(n.inbox_channel, c.channel) = c.channel
      and case when n.patch->>'customer_name' is null then true else (select p.name_source = 'person' or p.name = n.patch->>'customer_name'
        from ${tables.contacts} p where p.account_id = p_account and p.id = c.contact_id limit 1) end
    returning n.ord, n.own_id, n.operation_id, n.messages, n.delivered_up_to, n.delivered_up_to_at, n.read_up_to, n.read_up_to_at,
      c.id as conversation_id, c.last_seq - n.messages as base_seq, c.last_event_seq - n.messages as base_event_seq,
      (select to_json(p) from (select ${publicConversation('c')}) p) as conversation
  ),
  ${insertMessages(names)}
  ${result('updated')};
end
`,
  }
}

function writeFirst(names: Names): SqlFunction {
  const { fn, tables } = names
  return {
    name: 'write_first',
    parameters: parameters(names),
    returns: 'table (ord integer, result json)',
    attributes: `language plpgsql volatile ${innerFunctionSettings}`,
    body: `
#variable_conflict use_column
begin
  return query
  with item as materialized (
    select ${plainColumns}, i.events, i.oa_id,
           coalesce(i.item->>'conversation_id', ${fn('new_row_id')}()) as conversation_id, coalesce(i.item->>'contact_id', ${fn('new_row_id')}()) as contact_id,
           coalesce(nullif(i.own_channel, 'api'), i.channel, b.channel, 'api') as new_channel, b.chatbot_id as inbox_chatbot_id
    from (${givenItems}) i
    left join lateral (select x.id from ${tables.conversations} x where x.account_id = p_account and x.contact_inbox_id = i.own_id limit 1) c on true
    left join lateral (select x.channel, x.chatbot_id from ${tables.inboxes} x where x.account_id = p_account and x.oa_id = i.oa_id limit 1) b on true
    where i.username_key is null and octet_length(i.operation_id) between 1 and 512 and ${isItemWithin('i.item')} and ${isPatchWithin('i.patch')}
      and coalesce(i.expected_version, 'absent') = 'absent' and c.id is null and i.own_contact_id is null
      and (i.channel is null or coalesce(b.channel, i.channel) = i.channel and i.own_channel in ('api', i.channel))
      and ${nothingWaits(names)}
  ),
  ${eventsOfItems(names)},
  ${plainItems(names, `${plainColumns}, i.oa_id, i.conversation_id, i.contact_id, i.new_channel, i.inbox_chatbot_id`)},
  new_contact as (
    insert into ${tables.contacts} (account_id, id, name, name_source, created_at, updated_at)
    select p_account, n.contact_id, n.patch->>'customer_name', case when n.patch->>'customer_name' is not null then 'channel' end, p_now, p_now from plain n
  ),
  own_inbox as (
    update ${tables.contact_inboxes} ci set contact_id = n.contact_id, channel = n.new_channel
    from plain n
    where ci.account_id = p_account and ci.id = any (array(select x.own_id from plain x)) and ${byValue('ci.id')} = n.own_id
  ),
  created as (
    ${insertConversation(names)}
    from plain n
    returning c.id, (select to_json(p) from (select ${publicConversation('c')}) p) as conversation
  ),
  written as materialized (
    select n.ord, n.own_id, n.operation_id, n.messages, n.delivered_up_to, n.delivered_up_to_at, n.read_up_to, n.read_up_to_at,
      n.conversation_id, 0 as base_seq, 0 as base_event_seq, c.conversation
    from created c join plain n on n.conversation_id = c.id
  ),
  ${insertMessages(names)}
  ${result('created')};
end
`,
  }
}

function parameters({ tables }: Names): string {
  return `p_account text, p_items jsonb, p_ords integer[], p_operation text, p_is_bulk boolean, p_now timestamptz,
  p_owns ${tables.contact_inboxes}[], p_actives text[]`
}

const plainColumns =
  'i.ord, i.operation_id, i.patch, i.own_id, i.customer_id, i.delivered_up_to, i.delivered_up_to_at, i.read_up_to, i.read_up_to_at'

const givenItems = `select q.*, coalesce(q.item->>'operation_id', p_operation || case when p_is_bulk then '.' || q.ord else '' end) as operation_id,
        o.id as own_id, o.oa_id, o.customer_id, o.channel as own_channel, o.contact_id as own_contact_id,
        o.delivered_up_to, o.delivered_up_to_at, o.read_up_to, o.read_up_to_at, a.id as conversation_id
      from (select coalesce(p_ords[g.position], g.position::integer) as ord, g.position, g.item,
          coalesce(g.item->'patch', '{}'::jsonb) as patch, g.item->>'channel' as channel, g.item->>'expected_version' as expected_version,
          g.item->>'username_key' as username_key, coalesce(g.item->'events', '[]'::jsonb) as events
        from jsonb_array_elements(p_items) with ordinality g(item, position)) q
      join unnest(p_owns) with ordinality o on o.ordinality = q.position and o.canonical_id is null
      left join unnest(p_actives) with ordinality a(id, position) on a.position = q.position`

function nothingWaits({ tables }: Names): string {
  return `(select true from ${tables.contact_interaction_events} w where w.account_id = p_account and w.contact_inbox_id = i.own_id and w.conversation_id is null limit 1) is null`
}

function result(outcome: string): string {
  return `select w.ord, json_build_object('outcome', '${outcome}', 'conversation', w.conversation, 'events', array_fill('stored'::text, array[w.messages])) from written w`
}
