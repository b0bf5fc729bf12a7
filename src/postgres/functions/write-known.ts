import type { Names } from '../names.js'
import { eventsOfItems, insertMessages, plainItems } from './expressions/bulk-messages.js'
import { isPatchWithin } from './expressions/payload-limits.js'
import { givenItems, nothingWaits, plainColumns, plainResults, writePlainParameters } from './expressions/plain-items.js'
import { isPatched, messageChanges, patchChanges, publicConversation } from './expressions.js'
import { byValue, innerFunctionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/** `write_known(…)`: of a bulk, as one set, the patches and new messages of customers who have an active conversation. */
export function writeKnown(names: Names): SqlFunction {
  const { tables } = names
  return {
    name: 'write_known',
    parameters: writePlainParameters(names),
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
  ${plainResults('updated')};
end
`,
  }
}
