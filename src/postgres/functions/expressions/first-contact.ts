import { limits } from '../../../model/limits.js'
import type { Names } from '../../names.js'
import { insertConversation, publicConversation } from './conversations.js'
import { isCustomer } from './customer-head.js'
import { areDifferent, directionOf, givenValues, insertStored, parsedEvent, sentAt, totals } from './messages.js'
import { isPlainMessage } from './new-messages.js'
import { insertContact, intoContactInboxes } from './people.js'
import { countedAt, occurredAt, payloadNow } from './times.js'
import { areOrdered } from './waits.js'

/**
 * The first call for a customer. There is no row to lock or to read, and the call that creates the contact inbox first
 * writes the rest.
 */
export function firstContact(names: Names): string {
  const { fn, tables } = names
  return `declare
      p_now constant timestamptz(3) := ${payloadNow};
      v_count constant integer := coalesce(jsonb_array_length(payload->'events'), 0);
      v_own_id constant text := coalesce(payload->>'contact_inbox_id', ${fn('new_row_id')}());
      v_contact_id constant text := coalesce(payload->>'contact_id', ${fn('new_row_id')}());
      v_conversation_id constant text := coalesce(payload->>'conversation_id', ${fn('new_row_id')}());
      v_inbox_channel text;
      v_channel text;
      v_chatbot text;
      v_redirected_to text;
      v_matches_numbers boolean;
      v_messages integer := 0;
      v_inbound integer := 0;
      v_message_at timestamptz(3);
      v_inbound_at timestamptz(3);
      v_answer_at timestamptz(3);
      v_asked_at timestamptz(3);
      v_preview_row_id text;
      v_preview text;
    begin
      if (select true from ${tables.contact_inboxes} x where ${isCustomer('x')} limit 1) is null then
        -- The lock is that of inbox-redirects.ts.
        select b.channel, b.chatbot_id, b.redirected_to, b.matches_numbers into v_inbox_channel, v_chatbot, v_redirected_to, v_matches_numbers
        from ${tables.inboxes} b where b.account_id = p_account and b.oa_id = v_oa for key share;
        v_channel := coalesce(payload->>'channel', v_inbox_channel, 'api');
      end if;
      if v_channel = coalesce(v_inbox_channel, v_channel) and v_redirected_to is null and v_matches_numbers is not true
        and coalesce(payload->>'expected_version', 'absent') = 'absent' and v_count <= ${limits.batchEvents}
        and (v_count = 0 or (select bool_and(${isPlainMessage(names)}) and ${areDifferent} and ${areOrdered('event', "event.raw->>'sender_type'", countedAt('event.occurred_at'))}
          from (select given.raw, given.raw->>'type' as type, given.raw->>'message_id' as message_id, given.raw->>'local_id' as local_id,
              ${directionOf('given.raw')} as direction, ${occurredAt("given.raw->>'occurred_at'")} as occurred_at
            from jsonb_array_elements(payload->'events') given(raw)) event)) then
        ${intoContactInboxes(names)}
        values (p_account, v_own_id, v_oa, v_customer, v_contact_id, v_channel, p_now)
        on conflict (account_id, oa_id, customer_id) do nothing;
        if found then
          if v_count > 0 then
            with event as materialized (
              select event.*, ${countedAt('event.occurred_at')} as counted_at
              from (select v_own_id as scope_id, null::text as own_id, v_customer as customer_id, ${parsedEvent(names)}
                from jsonb_array_elements(payload->'events') with ordinality given(raw, position)) event
            ),
            ${insertStored(
              names,
              `(select event.*, v_conversation_id as conversation_id, payload->>'operation_id' as operation_id,
                event.position as seq, event.position as event_seq, ${storedValues},
                null::timestamptz as delivered_up_to, null::timestamptz as delivered_up_to_at, null::timestamptz as read_up_to, null::timestamptz as read_up_to_at
              from event) stored`,
            )}
            select ${totalsOfEvents} into v_messages, v_inbound, v_message_at, v_inbound_at, v_answer_at, v_asked_at, v_preview_row_id, v_preview from event;
          end if;
          ${insertContact(names, 'v_contact_id', "v_patch->>'customer_name'")};
          ${insertConversation(names)}
          from (select v_conversation_id as conversation_id, v_oa as oa_id, v_customer as customer_id, v_own_id as head_id,
            v_contact_id as contact_id, v_channel as new_channel, v_chatbot as inbox_chatbot_id, v_patch as patch,
            payload->>'operation_id' as operation_id, v_messages as messages, v_inbound as inbound, v_message_at as message_at,
            v_inbound_at as inbound_at, v_answer_at as answer_at, v_asked_at as asked_at, v_preview_row_id as preview_row_id, v_preview as preview) change
          returning ${publicConversation(names, 'conversation')} into v_conversation;
          return json_build_object('outcome', 'created', 'conversation', v_conversation,
            'events', array_fill('stored'::text, array[v_count]));
        end if;
      end if;
    end;`
}

/** The totals of the events of a single call. */
export const totalsOfEvents = totals('event', "event.raw->'attachments'", null, "event.raw->>'sender_type'")

/** What a single call's events store. */
export const storedValues = `${givenValues('event.raw', 'event.direction', 'event.customer_id')}, ${sentAt}, null::jsonb as payload`
