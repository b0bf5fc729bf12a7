import type { Names } from '../../names.js'
import { byValue } from '../function-settings.js'
import { insertConversation } from './conversations.js'
import { givenValues, insertEvents, insertMessages, rowId, sentAt, totals } from './messages.js'
import { marks } from './operations.js'
import { patchedValue } from './patches.js'
import { insertContact, keepsName } from './people.js'
import { isShown } from './preview.js'
import { countedAt, replyWindow } from './times.js'
import { isClear, waitingSince } from './waits.js'

/**
 * Step 9 of write_round. It takes `ready` (the items as they were decided) and their events in `event`, and makes
 * `changed` and `after` (the conversations afterwards).
 */
export function roundChanges(names: Names): string {
  const { tables } = names
  const after = (column: Parameters<typeof patchedValue>[1], former = `(ready.conv).${column}`) =>
    `${patchedValue('ready.patch', column, former)} as ${column}`
  const shown = (column: 'preview' | 'preview_row_id', former: string) =>
    `case when ${isShown('total.message_at', '(ready.conv).last_message_at')} then total.${column} else (ready.conv).${former} end as ${column}`
  const window = replyWindow({
    channel: 'ready.new_channel',
    inboundAt: 'total.inbound_at',
    lastInboundAt: '(ready.conv).last_inbound_at',
    windowExpiresAt: '(ready.conv).window_expires_at',
  })
  // The contact is the head's. Somebody who is known by a link or a receipt alone has none yet.
  const getsContact = "(next.opens and next.action = 'create')"
  const outcome = `case change.action when 'reopen' then 'reopened' when 'adopt' then 'adopted' else 'updated' end`
  return `stored as materialized (
      select event.ord, event.position, event.type, event.is_message, event.direction, event.event_key, event.message_id, event.occurred_at, event.text,
             event.is_history, event.is_history and not ready.mark_unread as is_silent,
             ${rowId(names, 'event.raw')}, (ready.stored_in).id as scope_id, nullif(ready.own_id, (ready.stored_in).id) as own_id, ready.operation_id,
             case when ready.action <> 'none' then ready.target_id end as conversation_id,
             case when ready.action <> 'none' then ready.base_event_seq + row_number() over (partition by event.ord order by event.position) end as event_seq,
             case when event.is_message then ready.base_seq + row_number() over (partition by event.ord, event.is_message order by event.position) end as seq,
             case when event.is_message then event.local_id end as local_id, case when not event.is_message then event.raw->'payload' end as payload,
             ${countedAt('event.occurred_at')} as counted_at, ${sentAt},
             ${givenValues('event.raw', 'event.direction', 'event.item_customer_id')},
             (ready.stored_in).delivered_up_to, (ready.stored_in).delivered_up_to_at, (ready.stored_in).read_up_to, (ready.stored_in).read_up_to_at
      from event join ready on ready.ord = event.ord
      where ready.writes and (event.is_message or event.is_fact) and not event.is_known and not event.is_repeat
    ),
    total as (
      select stored.ord, count(*)::integer as events, ${totals('stored', 'stored.attachments', 'stored.is_message')},
             max(stored.counted_at) filter (where stored.is_message or stored.type = 'postback') as activity_at,
             max(stored.counted_at) filter (where stored.is_message and stored.direction = 'inbound' and not stored.is_history) as last_asked_at
      from stored group by stored.ord
    ),
    -- The items that are written, with the values that their conversations get.
    next as materialized (
      select ready.*, coalesce(total.events, 0) as events_stored, coalesce(total.messages, 0) as messages, coalesce(total.inbound, 0) as inbound,
             total.message_at, total.activity_at, total.inbound_at, total.answer_at, total.asked_at,
             not (${isClear('total', '(ready.conv)', 'total.last_asked_at')}) as is_unclear, ${waitingSince('total', '(ready.conv)')} as waiting_since, case when ready.opens_closed then total.activity_at end as closes_at,
             ${shown('preview', 'last_message_preview')},
             ${shown('preview_row_id', 'last_message_row_id')},
             ${after('nickname')},
             ${after('customer_name')},
             ${after('customer_username')},
             ${after('chatbot_id')},
             ${after('metadata')},
             case when ready.username_key is not null then ready.username_key
                  when ready.action = 'reopen' and exists (select 1 from ${tables.conversations} holder
                    where holder.account_id = p_account and holder.oa_id = ready.oa_id and holder.username_key = (ready.conv).username_key
                      and holder.status <> 'closed') then null
                  else (ready.conv).username_key end as new_username_key,
             case when ready.action = 'reopen' or (ready.conv).status = 'snoozed' and total.inbound_at is not null then 'open'
                  else (ready.conv).status end as status,
             greatest((ready.conv).last_inbound_at, total.inbound_at) as last_inbound_at,
             greatest((ready.conv).last_activity_at, total.activity_at) as last_activity_at,
             ${window} as window_expires_at
      from ready left join total on total.ord = ready.ord
      where ready.writes
    ),
    changed as materialized (
      select next.*, next.messages > 0 or next.action in ('reopen', 'adopt')
                  or (next.nickname, next.customer_name, next.customer_username, next.chatbot_id, next.metadata, next.new_username_key,
                      next.new_channel, next.status, next.last_inbound_at, next.last_activity_at, next.window_expires_at)
                     is distinct from ((next.conv).nickname, (next.conv).customer_name, (next.conv).customer_username, (next.conv).chatbot_id,
                      (next.conv).metadata, (next.conv).username_key, (next.conv).channel, (next.conv).status, (next.conv).last_inbound_at,
                      (next.conv).last_activity_at, (next.conv).window_expires_at) as is_changed
      from next where next.action <> 'none'
    ),
    new_contact as (
      ${insertContact(names, 'next.new_contact_id', 'next.given_name')}
      from next where next.opens and next.canonical_contact_id is null and next.action = 'create'
    ),
    -- Where a conversation is adopted, the contact that stays is known only once the two people are one.
    named_contact as (
      update ${tables.contacts} contact set name = named.name, name_source = 'channel', updated_at = p_now
      from (select next.given_name as name, kept.id from next
        cross join lateral (select coalesce(x.merged_into, x.id) as id from ${tables.contacts} x
          where x.account_id = p_account and x.id = any (array(select coalesce((next.conv).contact_id, next.canonical_contact_id))) limit 1) kept
        where next.given_name is not null and next.action not in ('none', 'adopt') offset 0) named
      where contact.account_id = p_account
        and contact.id = any (array(select coalesce(k.merged_into, k.id) from next x cross join lateral (select k.merged_into, k.id from ${tables.contacts} k
          where k.account_id = p_account and k.id = any (array(select coalesce((x.conv).contact_id, x.canonical_contact_id))) limit 1) k where x.given_name is not null))
        and ${byValue('contact.id')} = named.id
        and ${keepsName('named.name')} is not true
    ),
    -- What an alias has is its head's, so its own row stays as it is.
    canonical_inbox as (
      update ${tables.contact_inboxes} canonical set channel = next.new_channel,
        contact_id = case when ${getsContact} then coalesce(canonical.contact_id, next.new_contact_id) else canonical.contact_id end
      from next
      where canonical.account_id = p_account and canonical.id = any (array(select x.canonical_id from next x))
        and ${byValue('canonical.id')} = next.canonical_id
        and (${getsContact} and canonical.contact_id is null or canonical.channel <> next.new_channel)
    ),
    created as (
      ${insertConversation(names, {
        usernameKey: 'change.new_username_key',
        events: 'change.events_stored',
        activityAt: 'change.activity_at',
        openedAt: 'change.opened_at',
        serverMilliseconds: 'v_server_ms',
        closedAt: 'change.closes_at',
        forgottenUntil: 'change.forgotten_until',
        isLinked: 'change.is_linked',
      })}
      from (select x.target_id as conversation_id, x.canonical_oa_id as oa_id, x.canonical_customer_id as customer_id, x.canonical_id as head_id,
          x.new_contact_id as contact_id, x.new_channel, x.patch, x.new_username_key, x.inbox_chatbot_id, x.operation_id, x.inbound, x.messages,
          x.events_stored, x.message_at, x.preview, x.preview_row_id, x.inbound_at, x.activity_at, x.closes_at, x.is_linked, x.answer_at, x.asked_at,
          greatest(p_now, (x.latest).created_at + interval '1 millisecond') as opened_at,
          coalesce(${marks.lastAt('(x.latest).operations')}, 0) as forgotten_until
        from changed x where x.action = 'create') change
      order by change.oa_id, change.customer_id
      returning *
    ),
    updated as (
      update ${tables.conversations} conversation set
        channel = change.new_channel, status = change.status, version = conversation.version + change.is_changed::integer,
        nickname = change.nickname, customer_name = change.customer_name, customer_username = change.customer_username,
        username_key = change.new_username_key, chatbot_id = change.chatbot_id, metadata = change.metadata,
        unread_count = conversation.unread_count + change.inbound, last_seq = conversation.last_seq + change.messages,
        last_event_seq = conversation.last_event_seq + change.events_stored,
        last_message_at = greatest(conversation.last_message_at, change.message_at),
        last_message_preview = change.preview, last_message_row_id = change.preview_row_id,
        last_inbound_at = change.last_inbound_at, waiting_since = change.waiting_since,
        last_answer_at = greatest(conversation.last_answer_at, change.answer_at), last_activity_at = change.last_activity_at, window_expires_at = change.window_expires_at,
        status_changed_at = case when change.status <> conversation.status then p_now else conversation.status_changed_at end,
        snoozed_until = case when change.status = 'snoozed' then conversation.snoozed_until end,
        closed_at = case when change.status = 'closed' then conversation.closed_at end,
        updated_at = case when change.is_changed then p_now else conversation.updated_at end,
        operations = case when change.is_changed then
          ${marks.with('conversation.operations', 'change.operation_id', outcome, 'v_server_ms')}
          else conversation.operations end
      from changed change
      where change.action <> 'create' and conversation.account_id = p_account
        and conversation.id = any (array(select x.target_id from changed x))
        and ${byValue('conversation.id')} = change.target_id and (change.is_changed or change.events_stored > 0)
      returning conversation.*
    ),
    new_messages as (
      ${insertMessages(names, 'stored where stored.is_message order by stored.ord, stored.seq', true)}
    ),
    new_events as (
      ${insertEvents(names, 'stored order by stored.ord, stored.position', true)}
    ),
    after as (
      select * from created union all select * from updated
    )`
}
