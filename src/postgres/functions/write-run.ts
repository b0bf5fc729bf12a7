import type { Names } from '../names.js'
import { databaseMilliseconds } from '../operation-marks.js'
import { eventsOfItems, insertStoredOfItems, plainItems } from './expressions/bulk-messages.js'
import { hostColumns, publicConversation } from './expressions/conversations.js'
import { marks } from './expressions/operations.js'
import { isItemWithin } from './expressions/payload-limits.js'
import { givenItems, plainColumns, plainResults, writePlainParameters } from './expressions/plain-items.js'
import { isShown } from './expressions/preview.js'
import { replyWindow } from './expressions/times.js'
import { isId } from './expressions/value-checks.js'
import { nothingConcerns, nothingWaits } from './expressions/waiting.js'
import { isClear, openedWait } from './expressions/waits.js'
import { byValue, innerFunctionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/** The columns that new messages change, after the item `step` of the conversation `c`. */
const after: Readonly<Record<string, string>> = {
  version: 'c.version + step.place',
  unread_count: 'c.unread_count + step.inbound_so_far',
  last_seq: 'c.last_seq + step.messages_so_far',
  last_message_at: 'greatest(c.last_message_at, step.message_so_far_at)',
  last_message_preview: 'case when shown.ord is null then c.last_message_preview else shown.preview end',
  last_inbound_at: 'greatest(c.last_inbound_at, step.inbound_so_far_at)',
  waiting_since: 'case when step.answers_so_far = 0 then least(c.waiting_since, step.first_asked_at) else step.first_asked_at end',
  last_activity_at: 'greatest(c.last_activity_at, step.message_so_far_at)',
  window_expires_at: replyWindow({
    channel: 'c.channel',
    inboundAt: 'step.inbound_so_far_at',
    lastInboundAt: 'c.last_inbound_at',
    windowExpiresAt: 'c.window_expires_at',
  }),
  updated_at: 'p_now',
}

const changedColumns = Object.keys(after)

const columnsAfter = hostColumns('c')
  .split(', ')
  .map((column) => column.slice('c.'.length))
  .map((name) => `${after[name] ?? `c.${name}`} as ${name}`)
  .join(', ')

/**
 * `write_run(…)`: writes, as one set, items that bring nothing but new messages, any number of them for one
 * conversation, in the order of the call. Each item gets the result and counts as the change that it would be alone: it
 * has its own version, its own operation and the conversation as it was after it. Of a conversation it writes either
 * all items or, if one of them is not such an item, none: a known message, one that comes twice, a remembered
 * operation, an event that waits for a message, a conversation that is not open.
 */
export function writeRun(names: Names): SqlFunction {
  const { tables } = names
  const soFar = 'over (partition by item.conversation_id order by item.ord)'
  return {
    name: 'write_run',
    parameters: writePlainParameters(names),
    returns: 'table (ord integer, result json)',
    attributes: `language plpgsql volatile ${innerFunctionSettings}`,
    body: `
#variable_conflict use_column
begin
  return query
  with item as materialized (
    select ${plainColumns('given')}, given.events, given.conversation_id, given.head_channel, inbox.channel as inbox_channel,
      not ${nothingWaits(names, 'given.scopes')} as waits
    from (${givenItems}) given
    left join lateral (select x.channel from ${tables.inboxes} x where x.account_id = p_account and x.oa_id = given.oa_id limit 1) inbox on true
    where given.conversation_id is not null and given.username_key is null and given.channel is null and given.expected_version is null
      and given.patch = '{}' and jsonb_array_length(given.events) > 0
      and ${isId('given.operation_id')} and ${isItemWithin(names, 'given.item')}
  ),
  ${eventsOfItems(names)},
  ${plainItems(
    names,
    `${plainColumns('item')}, item.conversation_id, item.head_channel, item.inbox_channel`,
    `case when item.waits then ${nothingConcerns(names, 'item.scopes', 'total.message_ids', 'total.local_ids')} else true end`,
  )},
  -- The ids of a conversation's messages, of which none may come twice.
  id as (
    select plain.conversation_id, count(*) as messages, count(distinct coalesce('m' || event.message_id, 'l' || event.local_id)) as different
    from event join plain on plain.ord = event.ord group by plain.conversation_id
  ),
  run as materialized (
    select plain.conversation_id, plain.scope_id, min(plain.head_channel) as head_channel, min(plain.inbox_channel) as inbox_channel,
      array_agg(plain.operation_id) as operation_ids
    from plain join id on id.conversation_id = plain.conversation_id and id.messages = id.different
    group by plain.conversation_id, plain.scope_id
    having count(*) = (select count(*) from unnest(p_heads) head where head.id = plain.scope_id)
      and count(*) = count(distinct plain.operation_id)
  ),
  held as materialized (
    select c.* from ${tables.conversations} c
    where c.account_id = p_account and c.id = any (array(select run.conversation_id from run)) and c.status = 'open'
    for no key update
  ),
  open as materialized (
    select c.* from held c join run on run.conversation_id = ${byValue('c.id')}
    where run.head_channel = c.channel and coalesce(run.inbox_channel, c.channel) = c.channel
      and (select bool_and(${marks.unseen('c.operations', 'o.id')}) from unnest(run.operation_ids) o(id))
  ),
  -- What the items of a conversation have brought, up to each of them.
  counted as materialized (
    select item.*, (row_number() ${soFar})::integer as place, (sum(item.messages) ${soFar})::integer as messages_so_far,
      (sum(item.inbound) ${soFar})::integer as inbound_so_far, max(item.message_at) ${soFar} as message_so_far_at,
      max(item.inbound_at) ${soFar} as inbound_so_far_at, max(item.answer_at) ${soFar} as answer_so_far_at, count(item.answer_at) ${soFar} as answers_so_far,
      case when item.asked_at < c.last_answer_at then null else ${openedWait('item')} end as unanswered_at,
      max(item.message_at) over (partition by item.conversation_id order by item.ord rows between unbounded preceding and 1 preceding) as former_message_at
    from plain item join open c on c.id = item.conversation_id
  ),
  step as materialized (
    select item.*, max(item.ord) filter (where ${isShown('item.message_at', 'greatest(c.last_message_at, item.former_message_at)')}) ${soFar} as shown_ord,
      min(item.unanswered_at) over (partition by item.conversation_id, item.answers_so_far order by item.ord) as first_asked_at,
      -- An answer answers all before it, and no question comes later that is older than an answer. Otherwise only the
      -- messages themselves tell who waits.
      bool_and(${isClear('item', 'c')} and coalesce(item.answer_at >= item.former_message_at, true)
        and coalesce(item.answer_at >= c.last_message_at, true) and coalesce(item.unanswered_at >= item.answer_so_far_at, true))
        over (partition by item.conversation_id) as is_clear
    from counted item join open c on c.id = item.conversation_id
  ),
  -- The conversations as they are after each item.
  state as materialized (
    select step.ord, step.scope_id, step.own_id, step.operation_id, step.messages, step.conversation_id,
      step.delivered_up_to, step.delivered_up_to_at, step.read_up_to, step.read_up_to_at,
      c.last_seq + step.messages_so_far - step.messages as base_seq, c.last_event_seq + step.messages_so_far - step.messages as base_event_seq,
      ${columnsAfter}, greatest(c.last_answer_at, step.answer_so_far_at) as last_answer_at, c.contact_inbox_id, c.is_linked, case when shown.ord is null then c.last_message_row_id else shown.preview_row_id end as last_message_row_id
    from step join open c on c.id = step.conversation_id left join plain shown on shown.ord = step.shown_ord
    where step.is_clear
  ),
  last as materialized (
    select distinct on (state.conversation_id) state.*,
      array_agg(state.operation_id) over (partition by state.conversation_id order by state.ord rows between unbounded preceding and unbounded following) as marked
    from state order by state.conversation_id, state.ord desc
  ),
  changed as (
    update ${tables.conversations} conversation set
      ${changedColumns.map((name) => `${name} = last.${name}`).join(', ')},
      last_message_row_id = last.last_message_row_id, last_answer_at = last.last_answer_at, last_event_seq = last.base_event_seq + last.messages,
      operations = ${names.fn('with_operations')}(conversation.operations, last.marked, 'updated', ${databaseMilliseconds})
    from last
    where conversation.account_id = p_account and conversation.id = any (array(select run.conversation_id from run))
      and ${byValue('conversation.id')} = last.conversation_id
  ),
  written as materialized (
    select state.*, (select to_json(p) from (select ${publicConversation(names, 'state')}) p) as conversation from state
  ),
  ${insertStoredOfItems(names)}
  ${plainResults('updated')};
end
`,
  }
}
