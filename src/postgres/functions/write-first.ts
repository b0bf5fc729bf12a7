import type { Names } from '../names.js'
import { eventsOfItems, insertStoredOfItems, plainItems } from './expressions/bulk-messages.js'
import { insertConversation, messagesOnly, publicConversation } from './expressions/conversations.js'
import { isItemWithin, isPatchWithin } from './expressions/payload-limits.js'
import { insertContact } from './expressions/people.js'
import { givenItems, plainColumns, plainResults, writePlainParameters, writtenColumns } from './expressions/plain-items.js'
import { isId } from './expressions/value-checks.js'
import { nothingWaits } from './expressions/waiting.js'
import { isOrdered } from './expressions/waits.js'
import { byValue, innerFunctionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/** `write_first(…)`: writes, as one set, those items of a bulk that are patches and new messages of new customers. */
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
    select ${plainColumns('given')}, given.events, given.oa_id, given.scope_id as head_id, given.is_linked,
      coalesce(given.item->>'conversation_id', ${fn('new_row_id')}()) as conversation_id, coalesce(given.item->>'contact_id', ${fn('new_row_id')}()) as contact_id,
      coalesce(nullif(given.head_channel, 'api'), given.channel, inbox.channel, 'api') as new_channel, inbox.chatbot_id as inbox_chatbot_id
    from (${givenItems}) given
    left join lateral (select x.id from ${tables.conversations} x where x.account_id = p_account and x.contact_inbox_id = given.scope_id limit 1) former on true
    left join lateral (select x.channel, x.chatbot_id from ${tables.inboxes} x where x.account_id = p_account and x.oa_id = given.oa_id limit 1) inbox on true
    where given.username_key is null and ${isId('given.operation_id')} and ${isItemWithin(names, 'given.item')} and ${isPatchWithin(names, 'given.patch')}
      and coalesce(given.expected_version, 'absent') = 'absent' and former.id is null and given.own_id is null and given.head_contact_id is null
      and (given.channel is null or coalesce(inbox.channel, given.channel) = given.channel and given.head_channel in ('api', given.channel))
      and ${nothingWaits(names, 'given.scopes')}
  ),
  ${eventsOfItems(names)},
  ${plainItems(names, `${plainColumns('item')}, item.oa_id, item.head_id, item.conversation_id, item.contact_id, item.new_channel, item.inbox_chatbot_id, item.is_linked`, isOrdered('total'))},
  new_contact as (
    ${insertContact(names, 'change.contact_id', "change.patch->>'customer_name'")} from plain change
  ),
  head as (
    update ${tables.contact_inboxes} head set contact_id = change.contact_id, channel = change.new_channel
    from plain change
    where head.account_id = p_account and head.id = any (array(select plain.head_id from plain)) and ${byValue('head.id')} = change.head_id
  ),
  created as (
    ${insertConversation(names, { ...messagesOnly, isLinked: 'change.is_linked' })}
    from plain change
    returning conversation.id, (select to_json(p) from (select ${publicConversation(names, 'conversation')}) p) as conversation
  ),
  written as materialized (
    select ${writtenColumns}, change.conversation_id, 0 as base_seq, 0 as base_event_seq, created.conversation
    from created join plain change on change.conversation_id = created.id
  ),
  ${insertStoredOfItems(names)}
  ${plainResults('created')};
end
`,
  }
}
