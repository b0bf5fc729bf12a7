import type { Names } from '../names.js'
import { canonicalInbox, ownInbox } from './expressions/contact-inbox-look-up.js'
import { publicDocument } from './expressions/conversations.js'
import { heldAsHistory } from './expressions/held-as-history.js'
import { isGroup } from './expressions/identities.js'
import { knownEvent, knownMessage } from './expressions/known-events.js'
import { directionOf, eventKey } from './expressions/messages.js'
import { marks, operationOfItem } from './expressions/operations.js'
import { roundChanges } from './expressions/round-changes.js'
import { formerScopes, inOrderOf, isChatScoped, scopeRowOf, scopesOf } from './expressions/scopes.js'
import { occurredAt } from './expressions/times.js'
import { nothingWaits } from './expressions/waiting.js'
import { functionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * Whether a known message without a host's id is an echo that lowers `sent_at`. Nearly no echo does, and all others are
 * done with here. What came in the same item is not stored yet, so that a repetition is always looked at later.
 */
function tellsSending({ tables }: Names): string {
  return `probed.direction = 'outbound' and (probed.is_repeat or coalesce((select told.sent_at > probed.occurred_at from ${tables.messages} told
                      where told.account_id = p_account and told.contact_inbox_id = any (probed.scopes) and told.message_id = probed.message_id
                      order by ${inOrderOf('probed.scopes', 'told.contact_inbox_id')} limit 1), false))`
}

/** The channel after the write, which had `current` before it: `'api'` gives way to any other one. */
function channelNow(current: string): string {
  return `case when ${current} <> 'api' then ${current} else coalesce(given.channel, inbox.channel, 'api') end`
}

/**
 * `write_round(context, items, ords)`: writes the items of one round, no two of which concern the same conversation.
 * `ords` are the items' places in the call, or null if they stand in its order. Returns one result per item: { ord,
 * outcome, conversation, events } or { ord, failure }. The caller holds the locks of the contact inboxes and the
 * conversations. The steps are those of docs/write-path.md: here each item is decided, and round-changes.ts writes what
 * was decided. `wrote` is the conversation that an item changed and did not create, for the caller to check.
 */
export function writeRound(names: Names): SqlFunction {
  const { fn, tables } = names
  const isNewMessage = 'event.is_message and not (event.is_known or event.is_repeat)'
  const isSeen = (conversation: string) => marks.seen(`(${conversation}).operations`, 'place.operation_id')
  return {
    name: 'write_round',
    parameters: 'context jsonb, items jsonb, ords integer[]',
    returns: 'setof jsonb',
    attributes: `language plpgsql volatile ${functionSettings}`,
    body: `
#variable_conflict use_column
declare
  p_account constant text := context->>'account_id';
  p_now constant timestamptz(3) := (context->>'now')::timestamptz;
  v_arrived_ms constant bigint := (context->>'arrived_ms')::bigint;
  v_server_ms constant bigint := (context->>'server_ms')::bigint;
  v_resent_after constant double precision := (context->>'resent_after')::double precision;
  v_result record;
begin
  for v_result in
    with item as materialized (
      select place.ord, given.oa_id, given.customer_id, place.operation_id,
             coalesce(given.conversation_id, ${fn('new_row_id')}()) as conversation_id, coalesce(given.contact_id, ${fn('new_row_id')}()) as contact_id,
             coalesce(given.patch, '{}'::jsonb) as patch, given.channel, nullif(given.expected_version, 'null'::jsonb) as expected_version,
             given.username_key, coalesce(given.events, '[]'::jsonb) as events, given.opens = 'closed' as history_closed, coalesce(given.mark_unread, false) as mark_unread,
             coalesce(nullif(given.on_closed, 'null'::jsonb), inbox.on_closed, context->'default_on_closed') as on_closed,
             inbox.channel as inbox_channel, inbox.chatbot_id as inbox_chatbot_id,
             own.id as own_id,
             ${scopeRowOf('canonical', 'own', 'now_is.channel')} as scope,
             ${scopeRowOf('adopted', 'own', channelNow('(holder.conversation).channel'))} as adopted_scope, person.scopes || person.adopted_scopes || coalesce(given.known_scopes, '{}') || coalesce(former.scopes, '{}') as scopes,
             person.scopes || coalesce(former.scopes, '{}') as target_scopes,
             person.scopes || person.adopted_scopes || coalesce(given.known_scopes, '{}') as own_scopes,
             canonical.id as canonical_id, canonical.oa_id as canonical_oa_id, canonical.customer_id as canonical_customer_id,
             canonical.contact_id as canonical_contact_id, canonical.channel as canonical_channel,
             ${isGroup('canonical')} as is_linked,
             active.conversation as active, latest.conversation as latest, holder.conversation as username_holder,
             case when ${isSeen('active.conversation')} then active.conversation
                  when ${isSeen('latest.conversation')} then latest.conversation else elsewhere.conversation end as seen_in,
             not ${nothingWaits(names, 'person.scopes || person.adopted_scopes')} as has_waiting
      from rows from (jsonb_to_recordset(items) as (
             oa_id text, customer_id text, operation_id text, conversation_id text, contact_id text, patch jsonb, channel text,
             expected_version jsonb, on_closed jsonb, username_key text, events jsonb, known_scopes text[], opens text, mark_unread boolean)) with ordinality
           as given(oa_id, customer_id, operation_id, conversation_id, contact_id, patch, channel, expected_version, on_closed, username_key, events, known_scopes, opens, mark_unread, position)
      cross join lateral (select coalesce(ords[given.position], given.position::integer) as ord) at_place
      cross join lateral (select at_place.ord, ${operationOfItem(
        'given.operation_id',
        "context->>'operation_id'",
        "(context->>'is_bulk')::boolean",
        'at_place.ord',
      )} as operation_id) place
      cross join lateral (${ownInbox(tables, 'given')}) own
      cross join lateral (${canonicalInbox(tables, 'own')}) canonical
      left join lateral (select x.channel, x.chatbot_id, x.on_closed from ${tables.inboxes} x
        where x.account_id = p_account and x.oa_id = given.oa_id limit 1) inbox on true
      left join lateral (select c as conversation from ${tables.conversations} c
        where c.account_id = p_account and c.oa_id = canonical.oa_id and c.customer_id = canonical.customer_id and c.status <> 'closed' limit 1) active on true
      left join lateral (select c as conversation from ${tables.conversations} c
        where (active.conversation).id is null and c.account_id = p_account and c.contact_inbox_id = canonical.id
        order by c.created_at desc, c.id desc limit 1) latest on true
      left join lateral (select c as conversation from ${tables.conversations} c
        where given.username_key is not null and c.account_id = p_account and c.oa_id = given.oa_id and c.username_key = given.username_key
          and c.status <> 'closed' limit 1) holder on true
      -- The head whose conversation the item may adopt. What is stored of that group is known to the item.
      left join lateral (select x.*, x as row from ${tables.contact_inboxes} x
        where (active.conversation).id is null and (coalesce(given.events, '[]') = '[]' or given.events @? '$[*] ? (@.type == "message" || @.type == "postback")')
          and x.account_id = p_account and x.id = any (array(select (holder.conversation).contact_inbox_id)) limit 1) adopted on true
      cross join lateral (select ${channelNow('coalesce((active.conversation).channel, (latest.conversation).channel, canonical.channel)')} as channel) now_is
      -- What concerns a message may come late, or again, under an id that was somebody else's then.
      left join lateral (${formerScopes(names, 'own', 'now_is.channel')}) former on true
      cross join lateral (select ${scopesOf('canonical', 'own.id', 'now_is.channel')} as scopes,
        case when adopted.id is null or ${isChatScoped('(holder.conversation).channel')} then '{}' else coalesce(adopted.scopes, array[adopted.id]) end as adopted_scopes) person
      -- Only a resent call looks for its operation beyond the conversations above.
      left join lateral (select c as conversation from ${tables.conversations} c
        where v_resent_after is not null and c.account_id = p_account and c.contact_inbox_id = canonical.id and ${isSeen('c')} limit 1) elsewhere on true
    ),
    parsed as materialized (
      select item.ord, item.scopes, item.own_scopes, item.customer_id as item_customer_id, item.operation_id, given.raw, given.position, field.*,
             field.type = 'message' as is_message,
             field.type in ('postback', 'referral', 'optin', 'handover') or field.type like 'custom:%' as is_fact,
             field.type in ('receipt', 'watermark', 'identity_change') as leaves_no_row, coalesce((given.raw->>'history')::boolean, false) as is_history,
             ${eventKey('given.raw')} as event_key, ${occurredAt("given.raw->>'occurred_at'")} as occurred_at
      from item
      cross join lateral jsonb_array_elements(item.events) with ordinality given(raw, position)
      cross join lateral (select given.raw->>'type' as type, given.raw->>'message_id' as message_id, given.raw->>'local_id' as local_id,
        ${directionOf('given.raw')} as direction, given.raw->>'text' as text) field
    ),
    -- Step 3 finds out which events are known, with one look-up by key for each.
    probed as (
      select parsed.*, known_event.operation_id is not null or known_message.found is not null as is_known,
             coalesce(known_event.stored_in, known_message.stored_in) as known_in,
             coalesce(known_event.operation_id = parsed.operation_id, false) or coalesce(held.is_own, false) as is_own, known_event.waits, held.is_own as is_own_live, held.is_history as is_held,
             case when parsed.is_message or parsed.is_fact and parsed.message_id is not null then
               parsed.message_id is not null
                 and row_number() over (partition by parsed.ord, parsed.is_message or parsed.is_fact, parsed.message_id order by parsed.position) > 1
               or parsed.local_id is not null and parsed.is_message
                 and row_number() over (partition by parsed.ord, parsed.is_message, parsed.local_id order by parsed.position) > 1
             else row_number() over (
               partition by parsed.ord, (parsed.is_message or parsed.is_fact) and parsed.message_id is not null, parsed.event_key
               order by parsed.position) > 1 end as is_repeat
      from parsed
      left join lateral (${knownEvent(names)}) known_event on true
      left join lateral (${knownMessage(names)}) known_message on true
      left join lateral (${heldAsHistory(names)}) held on true
    ),
    event as materialized (
      select probed.*, probed.is_held is true and not probed.is_repeat as turns_live,
             case when probed.is_message then (probed.is_known or probed.is_repeat) and probed.message_id is not null
                    and (probed.local_id is not null or ${tellsSending(names)})
                  when probed.is_fact or probed.type = 'identity_change' then false
                  else not probed.is_repeat and not probed.is_known end as is_rare
      from probed
    ),
    counted as (
      select event.ord,
             bool_or(not event.leaves_no_row) as has_recordable,
             bool_and((event.is_known or event.is_repeat or event.leaves_no_row) and not event.turns_live) as none_new,
             bool_and(event.is_known and event.is_own or event.is_repeat or event.leaves_no_row) as all_own,
             bool_or((event.is_message or event.type = 'postback') and (not event.is_known and not event.is_repeat or event.turns_live)) as opens,
             bool_or((event.is_message or event.type = 'postback') and not event.is_history and (not event.is_known and not event.is_repeat or event.turns_live)) as is_live,
             bool_or((event.is_message and event.direction = 'inbound' or event.type = 'postback') and not event.is_history
               and (not event.is_known and not event.is_repeat or event.turns_live)) as is_inbound
      from event group by event.ord
    ),
    -- Steps 2, 4 and 5 judge each item.
    judged as (
      select item.*, counted.all_own,
             (item.seen_in).id is not null as is_seen,
             coalesce(counted.has_recordable and counted.none_new, false) as is_replay,
             coalesce(counted.has_recordable, false) as has_recordable,
             (item.seen_in).id is null and not coalesce(counted.has_recordable and counted.none_new, false)
               and (counted.ord is null or counted.opens) as opens,
             counted.ord is null or counted.is_inbound as is_inbound,
             coalesce(item.history_closed and not counted.is_live, false) as may_open_closed
      from item left join counted on counted.ord = item.ord
    ),
    -- Step 6 chooses what happens to the conversation.
    chosen as (
      select judged.*,
             case when not judged.opens then case when (judged.active).id is null and (judged.latest).id is null then 'none' else 'join' end
                  when (judged.active).id is not null then 'join'
                  when (judged.username_holder).id is not null then 'adopt'
                  when (judged.latest).id is null then 'create'
                  when not judged.is_inbound then 'join'
                  when judged.on_closed = '"reopen"'::jsonb then 'reopen'
                  when jsonb_typeof(judged.on_closed) = 'object'
                    and (judged.latest).closed_at >= p_now - coalesce(
                      judged.on_closed->>'reopen_within', judged.on_closed->>'reopenWithin')::double precision * interval '1 millisecond' then 'reopen'
                  else 'create' end as action,
             case when (judged.active).id is not null then judged.active
                  when judged.opens and (judged.username_holder).id is not null then judged.username_holder
                  else judged.latest end as candidate,
             case when (judged.active).id is not null then judged.active else judged.latest end as known_conv
      from judged
    ),
    decided as materialized (
      select chosen.*, now_is.*, case when chosen.action in ('create', 'none') then null else chosen.candidate end as conv,
             case when chosen.is_seen then null
                  when v_resent_after is not null and not chosen.has_recordable
                    and ${marks.forgotten('(chosen.known_conv).operations', 'v_resent_after', 'v_arrived_ms')}
                    then jsonb_build_object('code', 'COMMIT_OUTCOME_UNKNOWN', 'operationId', chosen.operation_id)
                  when chosen.is_replay then null
                  when (chosen.active).id is not null and (chosen.username_holder).id <> (chosen.active).id
                    then jsonb_build_object('code', 'USERNAME_TAKEN', 'conversationId', (chosen.username_holder).id)
                  when jsonb_typeof(chosen.expected_version) = 'number' and (chosen.expected_version)::text::integer is distinct from now_is.actual_version
                    or chosen.expected_version = '"absent"'::jsonb and now_is.actual_version is not null
                    then jsonb_build_object('code', 'VERSION_CONFLICT', 'expected', chosen.expected_version, 'actual', now_is.actual_version)
                  when chosen.channel <> chosen.inbox_channel
                    then jsonb_build_object('code', 'INBOX_CHANNEL_MISMATCH', 'expected', chosen.inbox_channel, 'actual', chosen.channel)
                  when chosen.channel <> now_is.current_channel and now_is.current_channel <> 'api'
                    then jsonb_build_object('code', 'INBOX_CHANNEL_MISMATCH', 'expected', now_is.current_channel, 'actual', chosen.channel) end as failure
      from chosen
      cross join lateral (select
        case when (chosen.active).id is not null then (chosen.active).version
             when chosen.action = 'adopt' then (chosen.username_holder).version end as actual_version,
        coalesce(case when chosen.action not in ('create', 'none') then (chosen.candidate).channel end, chosen.canonical_channel) as current_channel) now_is
    ),
    ready as materialized (
      select decided.*, decided.may_open_closed and decided.action = 'create' and (decided.latest).id is null as opens_closed,
             not decided.is_seen and not decided.is_replay and decided.failure is null as writes,
             case when decided.action = 'create' then decided.conversation_id else (decided.conv).id end as target_id,
             case when coalesce(decided.current_channel, 'api') <> 'api' then decided.current_channel
                  else coalesce(decided.channel, decided.inbox_channel, 'api') end as new_channel,
             coalesce(decided.canonical_contact_id, (decided.conv).contact_id, decided.contact_id) as new_contact_id,
             coalesce((decided.conv).last_seq, 0) as base_seq, coalesce((decided.conv).last_event_seq, 0) as base_event_seq,
             decided.patch->>'customer_name' as given_name,
             case when decided.action = 'adopt' then decided.adopted_scope else decided.scope end as stored_in
      from decided
    ),
    ${roundChanges(names)},
    labels as (
      select event.ord,
             jsonb_agg(case
               -- The ids know whether a notice told anything new. Another event may have its eventId.
               when event.type = 'identity_change' then coalesce(event.raw->>'outcome', 'unchanged')
               when event.is_repeat then 'duplicate'
               when event.turns_live and not ready.is_seen or event.is_own_live then 'live'
               when event.is_known and event.is_own then case when event.waits then 'waiting' else 'stored' end
               when event.is_known then 'duplicate'
               when event.leaves_no_row or ready.is_seen then 'unchanged'
               when ready.action = 'none' and event.is_fact then 'waiting'
               else 'stored' end order by event.position) as events,
             jsonb_agg(event.raw || jsonb_build_object('position', event.position, 'dedupe_key', event.event_key, 'occurred_at', event.occurred_at,
               'turns_live', event.turns_live) order by event.position) filter (where event.is_rare or event.turns_live) as rare,
             (array_agg(event.known_in order by event.position desc) filter (where event.known_in is not null and not event.is_repeat))[1] as known_in,
             jsonb_agg(event.message_id) filter (where ${isNewMessage} and event.message_id is not null) as message_ids,
             jsonb_agg(event.local_id) filter (where ${isNewMessage} and event.local_id is not null) as local_ids
      from event join ready on ready.ord = event.ord group by event.ord
    )
    select ready.ord, case when ready.writes then (ready.conv).id end as wrote, ready.own_id, (ready.stored_in).id as scope_id,
           ready.canonical_id, (ready.conv).contact_inbox_id as adopted_id, case when ready.action = 'adopt' or ready.is_replay then ready.scopes else ready.target_scopes end as scopes,
           ready.operation_id, ready.is_seen, ready.is_replay, ready.all_own, ready.opens, ready.action, ready.failure, ready.given_name,
           ready.has_waiting and ready.writes as has_waiting,
           case when ready.is_seen then ${marks.outcome('(ready.seen_in).operations', 'ready.operation_id')} end as seen_outcome,
           case when ready.is_seen then (ready.seen_in).id else ready.target_id end as target_id,
           case when ready.is_seen then to_jsonb(ready.seen_in) else coalesce(to_jsonb(after), to_jsonb(ready.conv)) end as conversation,
           coalesce(changed.is_changed, false) as is_changed, coalesce(changed.is_unclear, false) as is_unclear, coalesce(labels.events, '[]'::jsonb) as events,
           labels.message_ids, labels.local_ids, case when ready.is_replay and ready.target_id is null then labels.known_in end as known_in,
           case when not ready.is_seen and ready.failure is null then labels.rare end as rare
    from ready
    left join after on after.id = ready.target_id
    left join changed on changed.ord = ready.ord
    left join labels on labels.ord = ready.ord
  loop
    if v_result.known_in is not null then
      -- The customer's only conversation may have been merged into another customer's.
      select c.id, to_jsonb(c) into v_result.target_id, v_result.conversation from ${tables.conversations} c
      where c.account_id = p_account and c.id = coalesce(
        (select x.id from ${tables.conversations} x where x.account_id = p_account and x.id = v_result.known_in),
        (select r.kept_id from ${tables.conversation_merges} r where r.account_id = p_account and r.lost_id = v_result.known_in and r.undone_at is null));
    end if;
    if v_result.failure is not null then
      return next jsonb_build_object('ord', v_result.ord, 'failure', v_result.failure);
    elsif not v_result.is_seen and (v_result.rare is not null or v_result.has_waiting or v_result.is_unclear or v_result.action = 'adopt' or v_result.events ? 'waiting') then
      return next ${fn('write_rare')}(context, to_jsonb(v_result), v_result.scopes);
    else
      return next jsonb_build_object('ord', v_result.ord, 'wrote', v_result.wrote, 'conversation', ${publicDocument(names, 'v_result.conversation')}, 'events', v_result.events,
        'outcome', case when v_result.is_seen then v_result.seen_outcome
                        when v_result.action = 'create' and v_result.opens then 'created'
                        when v_result.action = 'reopen' then 'reopened'
                        when v_result.is_changed then 'updated'
                        when v_result.is_replay and not v_result.all_own then 'duplicate'
                        else 'unchanged' end);
    end if;
  end loop;
end
`,
  }
}
