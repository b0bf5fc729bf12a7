import type { Names } from '../names.js'
import { eventsOfItems, insertMessages, plainItems } from './expressions/bulk-messages.js'
import { isItemWithin, isPatchWithin } from './expressions/payload-limits.js'
import { givenItems, nothingWaits, plainColumns, plainResults, writePlainParameters } from './expressions/plain-items.js'
import { insertConversation, publicConversation } from './expressions.js'
import { byValue, innerFunctionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/** `write_first(…)`: of a bulk, as one set, the patches and new messages of customers who have never been here. */
export function writeFirst(names: Names): SqlFunction {
  const { fn, tables } = names
  return {
    name: 'write_first',
    parameters: writePlainParameters(names),
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
  ${plainResults('created')};
end
`,
  }
}
