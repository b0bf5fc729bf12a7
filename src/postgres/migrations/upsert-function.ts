import type { Names } from '../names.js'
import { functionSettings } from './function-settings.js'
import { isPatchWithin } from './payload-limits.js'
import {
  countedAt,
  insertStored,
  isNewMessage,
  isPatched,
  messageChanges,
  parsedEvent,
  patchChanges,
  publicConversation,
  sentAt,
  totals,
} from './plain-messages.js'

/**
 * `upsert_conversation_with_events(payload)`: a bulk of one. What nearly every call is (a patch or new messages for a customer whose
 * conversation is active) it writes itself, by key and with nothing else looked at; anything else goes the whole way, before a row was
 * written. Locks are taken in the order of every write, the contact inbox and then the conversation; the whole way takes the same two
 * first, and none before them, for only a username leads to another customer's.
 */
export function upsertSql(names: Names): string {
  return `create or replace function ${names.fn('upsert_conversation_with_events')}(payload jsonb) returns json
language plpgsql volatile ${functionSettings}
as $fn$
#variable_conflict use_column
declare
  p_account constant text := payload->>'account_id';
  p_now constant timestamptz(3) := date_trunc('milliseconds', coalesce((payload->>'now')::timestamptz, clock_timestamp()));
  p_server_ms bigint;
  v_oa constant text := payload->>'oa_id';
  v_customer constant text := payload->>'customer_id';
  v_operation constant text := payload->>'operation_id';
  v_channel constant text := payload->>'channel';
  v_expected constant text := payload->>'expected_version';
  v_patch constant jsonb := coalesce(payload->'patch', '{}'::jsonb);
  v_name constant text := payload->'patch'->>'customer_name';
  v_events constant jsonb := payload->'events';
  v_count constant integer := coalesce(jsonb_array_length(payload->'events'), 0);
  v_own record;
  v_own_channel text;
  v_active record;
  v_contact text;
  v_messages integer;
  v_inbound integer;
  v_message_at timestamptz(3);
  v_inbound_at timestamptz(3);
  v_preview_row_id text;
  v_preview text;
  v_is_plain boolean;
  v_conversation record;
begin
  <<plain>>
  begin
    exit plain when v_operation is null or payload->>'resent_after' is not null or payload->>'username_key' is not null or v_count > 5000
      or octet_length(v_operation) > 512 or not ${isPatchWithin('v_patch')};
    if v_count = 0 then
      ${patchOnly(names)}
    else
      ${withMessages(names)}
    end if;
    return json_build_object('outcome', 'updated', 'conversation', v_conversation, 'events', array_fill('stored'::text, array[v_count]));
  end;
  return ${names.fn('bulk_upsert_conversations_with_events')}(jsonb_build_object(
    'account_id', payload->'account_id', 'operation_id', payload->'operation_id', 'now', payload->'now', 'resent_after', payload->'resent_after',
    'default_on_closed', coalesce(payload->'default_on_closed', '"new"'::jsonb),
    'conversations', jsonb_build_array(payload - 'account_id' - 'now' - 'resent_after' - 'default_on_closed' - 'atomic'))) -> 0;
end
$fn$`
}

function patchOnly(names: Names): string {
  const { tables } = names
  return `select o.channel into v_own_channel from ${tables.contact_inboxes} o where ${ownInbox} for no key update;
      exit plain when not found;
      ${exitOnOtherChannel(names)}
      if v_name is not null then
        select c.contact_id into v_contact from ${tables.conversations} c where ${activeConversation} for no key update;
        ${exitOnOtherName(names, 'v_contact')}
      end if;
      ${operationTime}
      update ${tables.conversations} c set
      ${patchChanges}
      from (select v_patch as patch, v_operation as operation_id) n
      where ${activeConversation}
        and c.channel = v_own_channel and coalesce(v_expected, c.version::text) = c.version::text
        and not c.operations @> jsonb_build_array(jsonb_build_array(v_operation))
        and ${isPatched}
      returning ${publicConversation('c')} into v_conversation;
      exit plain when not found;`
}

function withMessages(names: Names): string {
  const { tables } = names
  return `select o.id, o.channel, o.delivered_up_to, o.delivered_up_to_at, o.read_up_to, o.read_up_to_at into v_own
      from ${tables.contact_inboxes} o where ${ownInbox} for no key update;
      exit plain when not found;
      v_own_channel := v_own.channel;
      ${exitOnOtherChannel(names)}
      select c.id, c.version, c.channel, c.contact_id, c.last_seq, c.last_event_seq, c.operations into v_active
      from ${tables.conversations} c where ${activeConversation} for no key update;
      exit plain when not found or v_active.channel <> v_own_channel or v_expected <> v_active.version::text
        or v_active.operations @> jsonb_build_array(jsonb_build_array(v_operation));
      if v_name is not null then
        ${exitOnOtherName(names, 'v_active.contact_id')}
      end if;
      -- Scalar look-ups with a limit: an EXISTS may be answered by hashing the whole table.
      exit plain when (select true from ${tables.contact_interaction_events} w
        where w.account_id = p_account and w.contact_inbox_id = v_own.id and w.conversation_id is null limit 1);
      with event as materialized (
        select e.*, ${countedAt} as counted_at, ${isNewMessage(names)} as is_new
        from (select v_own.id as own_id, v_customer as customer_id, ${parsedEvent(names)}
          from jsonb_array_elements(v_events) with ordinality r(raw, position)) e
      ),
      total as materialized (select ${totals} from event e),
      ${insertStored(
        names,
        `select e.*, v_active.id as conversation_id, v_operation as operation_id, v_active.last_seq as base_seq, v_active.last_event_seq as base_event_seq, ${sentAt},
          v_own.delivered_up_to, v_own.delivered_up_to_at, v_own.read_up_to, v_own.read_up_to_at
        from total t cross join event e where t.is_plain`,
      )}
      select t.messages, t.inbound, t.message_at, t.inbound_at, t.preview_row_id, t.preview, t.is_plain
      into v_messages, v_inbound, v_message_at, v_inbound_at, v_preview_row_id, v_preview, v_is_plain from total t;
      exit plain when not v_is_plain;
      ${operationTime}
      update ${tables.conversations} c set
      ${patchChanges},
      ${messageChanges}
      from (select v_patch as patch, v_operation as operation_id, v_messages as messages, v_inbound as inbound,
        v_message_at as message_at, v_inbound_at as inbound_at, v_preview_row_id as preview_row_id, v_preview as preview) n
      where c.account_id = p_account and c.id = v_active.id
      returning ${publicConversation('c')} into v_conversation;`
}

const ownInbox = 'o.account_id = p_account and o.oa_id = v_oa and o.customer_id = v_customer and o.canonical_id is null'
const activeConversation = `c.account_id = p_account and c.oa_id = v_oa and c.customer_id = v_customer and c.status <> 'closed'`

// Under the locks: an operation that waited for them must not look older than one that it waited for.
const operationTime = 'p_server_ms := floor(extract(epoch from clock_timestamp()) * 1000)::bigint;'

/** A channel that is not the customer's already is the whole way's to name or to refuse. */
function exitOnOtherChannel({ tables }: Names): string {
  return `exit plain when v_channel <> v_own_channel;
      if v_own_channel = 'api' or v_channel is not null then
        exit plain when (select b.channel from ${tables.inboxes} b where b.account_id = p_account and b.oa_id = v_oa limit 1) <> v_own_channel;
      end if;`
}

/** A name that the contact does not have yet is given to it on the whole way, unless a person typed the one that it has. */
function exitOnOtherName({ tables }: Names, contactId: string): string {
  return `exit plain when (select p.name_source = 'person' or p.name = v_name from ${tables.contacts} p
          where p.account_id = p_account and p.id = ${contactId}) is not true;`
}
