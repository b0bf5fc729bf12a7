import type { Names } from '../names.js'
import { eventsOfItems, insertStoredOfItems, plainItems } from './expressions/bulk-messages.js'
import { messageChanges, publicConversation } from './expressions/conversations.js'
import { marks } from './expressions/operations.js'
import { isPatched, patchChanges } from './expressions/patches.js'
import { isItemWithin, isPatchWithin } from './expressions/payload-limits.js'
import { keepsName } from './expressions/people.js'
import { givenItems, plainColumns, plainResults, writePlainParameters, writtenColumns } from './expressions/plain-items.js'
import { isId } from './expressions/value-checks.js'
import { nothingConcerns, nothingWaits } from './expressions/waiting.js'
import { isClear } from './expressions/waits.js'
import { byValue, innerFunctionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * `write_known(…)`: writes, as one set, those items of a bulk that are patches and new messages of customers who have
 * an active conversation.
 */
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
    select ${plainColumns('given')}, given.events, given.conversation_id, given.head_channel, given.channel, given.expected_version,
      inbox.channel as inbox_channel, not ${nothingWaits(names, 'given.scopes')} as waits
    from (${givenItems}) given
    left join lateral (select x.channel from ${tables.inboxes} x where x.account_id = p_account and x.oa_id = given.oa_id limit 1) inbox on true
    where given.conversation_id is not null and given.username_key is null and ${isId('given.operation_id')} and ${isItemWithin(names, 'given.item')} and ${isPatchWithin(names, 'given.patch')}
  ),
  ${eventsOfItems(names)},
  ${plainItems(
    names,
    `${plainColumns('item')}, item.conversation_id, item.head_channel, item.channel, item.expected_version, item.inbox_channel`,
    `case when item.waits and total.ord is not null then ${nothingConcerns(names, 'item.scopes', 'total.message_ids', 'total.local_ids')} else true end`,
  )},
  written as materialized (
    update ${tables.conversations} conversation set
      ${patchChanges('p_now')},
      ${messageChanges}
    from plain change
    where conversation.account_id = p_account and conversation.id = any (array(select plain.conversation_id from plain))
      and ${byValue('conversation.id')} = change.conversation_id
      and (change.messages > 0 or ${isPatched}) and ${isClear('change', 'conversation')} and conversation.status <> 'closed'
      and coalesce(change.expected_version, conversation.version::text) = conversation.version::text
      and ${marks.unseen('conversation.operations', 'change.operation_id')}
      and change.head_channel = conversation.channel and coalesce(change.channel, conversation.channel) = conversation.channel
      and coalesce(change.inbox_channel, conversation.channel) = conversation.channel
      and case when change.patch->>'customer_name' is null then true else (select ${keepsName("change.patch->>'customer_name'")}
        from ${tables.contacts} contact where contact.account_id = p_account and contact.id = conversation.contact_id limit 1) end
    returning ${writtenColumns}, conversation.id as conversation_id,
      conversation.last_seq - change.messages as base_seq, conversation.last_event_seq - change.messages as base_event_seq,
      (select to_json(p) from (select ${publicConversation(names, 'conversation')}) p) as conversation
  ),
  ${insertStoredOfItems(names)}
  ${plainResults('updated')};
end
`,
  }
}
