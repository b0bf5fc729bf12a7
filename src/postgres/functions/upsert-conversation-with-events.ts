import { limits } from '../../model/limits.js'
import type { Names } from '../names.js'
import { sendAgain } from './expressions/bulk-locks.js'
import { bulkOfOne, messageChanges, publicConversation } from './expressions/conversations.js'
import { isCustomer, isNamed, isOfHead, lockHead, readAlias, readHeadName } from './expressions/customer-head.js'
import { firstContact, storedValues, totalsOfEvents } from './expressions/first-contact.js'
import { areDifferent, insertStored, parsedEvent } from './expressions/messages.js'
import { holdsGiven } from './expressions/named-ids.js'
import { isNewMessage } from './expressions/new-messages.js'
import { marks } from './expressions/operations.js'
import { isPatched, patchChanges } from './expressions/patches.js'
import { isPatchWithin, isSingleWithin } from './expressions/payload-limits.js'
import { keepsName } from './expressions/people.js'
import { isChatScoped, scopesOf } from './expressions/scopes.js'
import { countedAt, payloadNow } from './expressions/times.js'
import { isId } from './expressions/value-checks.js'
import { nothingConcerns, nothingWaits } from './expressions/waiting.js'
import { isClear } from './expressions/waits.js'
import { functionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * `upsert_conversation_with_events(payload)`: a bulk of one. It writes by itself what nearly every call is (a patch or
 * new messages for a customer whose conversation is active, or the first call for a customer), by key and without
 * looking at anything else. Any other call goes to the bulk function before a row was written. Locks are taken in the
 * order of every write: first the contact inbox and then the conversation. The bulk function takes the same two first
 * and none before them, because only a username leads to another customer's rows.
 */
export function upsertConversationWithEvents(names: Names): SqlFunction {
  return {
    name: 'upsert_conversation_with_events',
    parameters: 'payload jsonb',
    returns: 'json',
    attributes: `language plpgsql volatile ${functionSettings}`,
    body: `
#variable_conflict use_column
declare
  p_account constant text := payload->>'account_id';
  v_oa constant text := payload->>'oa_id';
  v_customer constant text := payload->>'customer_id';
  v_patch constant jsonb := coalesce(payload->'patch', '{}'::jsonb);
  v_conversation record;
  v_is_quick boolean := true;
begin
  -- There are few expressions here, because PL/pgSQL prepares each one anew in every transaction. One with a query in
  -- it costs twice as much as one without, so the rare one stands apart.
  if payload->>'operation_id' is not null and payload->>'resent_after' is null and payload->>'username_key' is null
    and ${isId('p_account')} and ${isId("payload->>'operation_id'")} and ${isSingleWithin(names, 'payload')} and ${isPatchWithin(names, 'v_patch')} then
    if payload ? 'identities' then
      v_is_quick := ${headHoldsGiven(names)};
    end if;
    if v_is_quick then
      if coalesce(jsonb_array_length(payload->'events'), 0) = 0 then
        ${patchOnly(names)}
      else
        ${withMessages(names)}
      end if;
      ${firstContact(names)}
    end if;
  end if;
  return ${names.fn('bulk_upsert_conversations_with_events')}(${bulkOfOne}) -> 0;
end
`,
  }
}

/**
 * Whether the customer's head holds the ids that the payload names. It is asked before any lock, because a call that
 * links ids locks more heads than this one, in the order of their ids.
 */
function headHoldsGiven(names: Names): string {
  const { tables } = names
  return `(select ${holdsGiven(names, 'h', "payload->'identities'")} from ${tables.contact_inboxes} h
      where h.account_id = p_account and h.id = (select coalesce(x.canonical_id, x.id) from ${tables.contact_inboxes} x where ${isCustomer('x')} limit 1) limit 1)`
}

/** The same under the lock. Another call may have moved an id during the wait. */
function keepsIdentities(names: Names): string {
  return `if payload ? 'identities' and (${holdsGiven(names, 'v_head', "payload->'identities'")}) is not true then
            ${sendAgain};
          end if;`
}

/**
 * A patch as one update, which takes only the conversation's lock. If the update waited for that lock and then did not
 * change the conversation, it still holds the lock and must not take the contact inbox's after it. The call then has to
 * be sent again (40001), and finds the current conversation. A transaction that did something before can't tell whether
 * the update waited, and one that goes on afterwards should not fail. There the contact inbox is locked first.
 */
function patchOnly(names: Names): string {
  const { tables } = names
  return `declare
        v_in_order constant boolean := v_patch->>'customer_name' is not null or payload ? 'identities' or coalesce(payload->'in_transaction' = 'true'::jsonb, false)
          or txid_current_if_assigned() is not null;
        v_is_named boolean := true;
        v_name text := v_customer;
        v_head record;
        v_alias record;
      begin
        if v_in_order then
          ${lockHead(names, 'held.channel, held.identities')}
          if v_head.is_other then
            ${readAlias(names)}
          end if;
          ${keepsIdentities(names)}
          v_name := coalesce(v_head.customer_id, v_name);
          if v_patch->>'customer_name' is not null then
            select ${hasName} into v_is_named from ${tables.contacts} contact
            where contact.account_id = p_account and contact.id = (select c.contact_id from ${tables.conversations} c where ${isNamed('c')} and c.status <> 'closed');
          end if;
        end if;
        while v_is_named loop
          update ${tables.conversations} conversation set
          ${patchChanges(payloadNow)}
          from (select v_patch as patch, payload->>'operation_id' as operation_id) change
          where ${isNamed('conversation')} and conversation.status <> 'closed'
            and coalesce(payload->>'channel', conversation.channel) = conversation.channel
            and coalesce(payload->>'expected_version', conversation.version::text) = conversation.version::text
            -- The bulk function gives a conversation on 'api' its inbox's channel, and refuses a given channel that
            -- differs.
            and (conversation.channel <> 'api' and payload->>'channel' is null or coalesce((select inbox.channel from ${tables.inboxes} inbox
              where inbox.account_id = p_account and inbox.oa_id = v_oa limit 1), conversation.channel) = conversation.channel)
            and ${marks.unseen('conversation.operations', 'change.operation_id')}
            and ${isPatched}
          returning ${publicConversation(names, 'conversation')} into v_conversation;
          if found then
            return json_build_object('outcome', 'updated', 'conversation', v_conversation, 'events', '[]'::json);
          elsif not v_in_order and txid_current_if_assigned() is not null then
            ${sendAgain};
          end if;
          -- Nothing was found by the customer's own id. It may be an alias.
          exit when v_in_order or v_name <> v_customer;
          ${readHeadName(names)}
          v_is_named := v_name is not null;
        end loop;
      end;`
}

/**
 * New messages, written under both locks. They are taken in the order of every write, and the bulk function takes the
 * same two first.
 */
function withMessages(names: Names): string {
  const { tables } = names
  return `<<messages>>
      declare
        p_now timestamptz(3);
        v_operation constant text := payload->>'operation_id';
        v_channel constant text := payload->>'channel';
        v_name constant text := v_patch->>'customer_name';
        v_count constant integer := jsonb_array_length(payload->'events');
        v_head record;
        v_own_id text;
        v_active record;
        v_message_ids text[];
        v_local_ids text[];
        v_messages integer;
        v_inbound integer;
        v_message_at timestamptz(3);
        v_inbound_at timestamptz(3);
        v_answer_at timestamptz(3);
        v_asked_at timestamptz(3);
        v_preview_row_id text;
        v_preview text;
        v_is_plain boolean;
        v_alias record;
      begin
        exit messages when v_count > ${limits.batchEvents};
        ${lockHead(
          names,
          `held.channel, held.identities, ${scopesOf('held', 'held.id')} as scopes,
          held.delivered_up_to, held.delivered_up_to_at, held.read_up_to, held.read_up_to_at`,
        )}
        -- Only the bulk function changes a customer's channel or refuses a given one.
        -- Nor does anything else look at what was said under an id while it was another person's.
        exit messages when not found or v_channel <> v_head.channel or v_head.previous_head_id is not null;
        ${keepsIdentities(names)}
        if v_head.is_other then
          ${readAlias(names)}
          -- In a chat-scoped channel the alias is a scope of its own.
          exit messages when ${isChatScoped('v_head.channel')} or v_alias.previous_head_id is not null;
          v_own_id := v_alias.id;
        end if;
        if v_head.channel = 'api' or v_channel is not null then
          exit messages when (select b.channel from ${tables.inboxes} b where b.account_id = p_account and b.oa_id = v_oa limit 1) <> v_head.channel;
        end if;
        -- This statement began under the lock of the contact inbox, so it sees every event that waits.
        select c.id, c.version, c.channel, c.contact_id, c.last_seq, c.last_event_seq, c.operations, c.last_message_at, c.waiting_since, c.last_answer_at, not ${nothingWaits(names, 'v_head.scopes')} as waits
        into v_active from ${tables.conversations} c
        where ${isOfHead('c')} and c.status <> 'closed'
        for no key update;
        p_now := ${payloadNow};
        exit messages when not found or v_active.channel <> v_head.channel or payload->>'expected_version' <> v_active.version::text
          or ${marks.seen('v_active.operations', 'v_operation')};
        if v_active.waits then
          select array_agg(given.raw->>'message_id'), array_agg(given.raw->>'local_id') into v_message_ids, v_local_ids
          from jsonb_array_elements(payload->'events') given(raw);
          exit messages when not (${nothingConcerns(names, 'v_head.scopes', 'v_message_ids', 'v_local_ids')});
        end if;
        if v_name is not null then
          exit messages when (select ${hasName} from ${tables.contacts} contact
            where contact.account_id = p_account and contact.id = v_active.contact_id) is not true;
        end if;
        with event as materialized (
          select event.*, ${countedAt('event.occurred_at')} as counted_at, ${isNewMessage(names)} as is_new
          from (select v_head.id as scope_id, v_head.scopes as scopes, v_own_id as own_id, v_customer as customer_id, ${parsedEvent(names)}
            from jsonb_array_elements(payload->'events') with ordinality given(raw, position)) event
        ),
        total as materialized (select t.*, t.are_new and ${isClear('t', 'v_active')} as is_plain
          from (select ${totalsOfEvents}, bool_and(event.is_new) and ${areDifferent} as are_new from event) t),
        ${insertStored(
          names,
          `(select event.*, v_active.id as conversation_id, v_operation as operation_id, v_active.last_seq + event.position as seq,
            v_active.last_event_seq + event.position as event_seq, ${storedValues},
            v_head.delivered_up_to, v_head.delivered_up_to_at, v_head.read_up_to, v_head.read_up_to_at
          from total cross join event where total.is_plain) stored`,
        )}
        select total.messages, total.inbound, total.message_at, total.inbound_at, total.answer_at, total.asked_at, total.preview_row_id, total.preview, total.is_plain
        into v_messages, v_inbound, v_message_at, v_inbound_at, v_answer_at, v_asked_at, v_preview_row_id, v_preview, v_is_plain from total;
        exit messages when not v_is_plain;
        update ${tables.conversations} conversation set
        ${patchChanges('p_now')},
        ${messageChanges}
        from (select v_patch as patch, v_operation as operation_id, v_messages as messages, v_inbound as inbound,
          v_message_at as message_at, v_inbound_at as inbound_at, v_answer_at as answer_at, v_asked_at as asked_at,
          v_preview_row_id as preview_row_id, v_preview as preview) change
        where ${isOfHead('conversation')} and conversation.status <> 'closed' and conversation.id = v_active.id
        returning ${publicConversation(names, 'conversation')} into v_conversation;
        return json_build_object('outcome', 'updated', 'conversation', v_conversation, 'events', array_fill('stored'::text, array[v_count]));
      end;`
}

/**
 * Whether the contact needs no new name. If it does, the bulk function gives it the name, unless a person set the one
 * that it has.
 */
const hasName = keepsName("v_patch->>'customer_name'")
