import type { Names } from '../names.js'
import { databaseMilliseconds, withMark } from '../operation-marks.js'
import { conversationRow } from '../rows/conversation.js'
import { raw, textOf } from '../sql.js'
import { isMessageWithin } from './payload-limits.js'

/**
 * What the functions of the common writes share: SQL for new messages in a conversation, the plainest and by far the commonest events. In
 * these texts `e` is an event of `parsedEvents`, `n` what is to be written to a conversation `c`; `p_account` and `p_now` are the function's
 * own.
 */

/** The columns of an event given as `r(raw, position)`, for the FROM list that ends with it. */
export function parsedEvent({ fn }: Names): string {
  return `r.position::integer as position, r.raw, r.raw->>'type' as type, r.raw->>'message_id' as message_id, r.raw->>'local_id' as local_id,
        coalesce(r.raw->>'direction', 'inbound') as direction, r.raw->>'text' as text,
        coalesce(r.raw->>'dedupe_key', 'sql:' || encode(sha256(convert_to(r.raw::text, 'UTF8')), 'hex')) as event_key,
        coalesce(r.raw->>'row_id', ${fn('new_row_id')}()) as row_id,
        date_trunc('milliseconds', coalesce((r.raw->>'occurred_at')::timestamptz, p_now)) as occurred_at`
}

/** Whether `e` is a message with one id. */
export const isPlainMessage = `e.type = 'message' and (e.message_id is null) <> (e.local_id is null) and ${isMessageWithin('e.raw')}`

/** Whether `e` is a message with one id that nobody has seen yet. Scalar look-ups with a limit: an EXISTS may be answered by hashing the whole table. */
export function isNewMessage({ tables }: Names): string {
  const event = `select true from ${tables.contact_interaction_events} w where w.account_id = p_account and w.contact_inbox_id = e.own_id`
  const message = `select true from ${tables.messages} m where m.account_id = p_account and m.contact_inbox_id = e.own_id`
  return `${isPlainMessage} and case
        when e.local_id is null then (${event} and w.message_id = e.message_id limit 1) is null
          and (${message} and m.message_id = e.message_id limit 1) is null
        else (${event} and w.dedupe_key = e.event_key and w.message_id is null limit 1) is null
          and (${message} and m.local_id = e.local_id limit 1) is null end`
}

/** When `e` happened, as far as it counts: a time far ahead is now. */
export const countedAt = `least(e.occurred_at, case when e.occurred_at > p_now + interval '5 minutes' then p_now end)`

const lastShown = `array_agg(array[e.row_id, coalesce(nullif(left(e.text, 160), ''), '[' || (e.raw->'attachments'->0->>'type') || ']')] order by e.counted_at desc, e.position desc)`

/** What the messages `e` of one conversation add up to; last, and without a name, whether they are new, every one, and no two are one. */
export const totals = `count(*)::integer as messages, count(*) filter (where e.direction = 'inbound')::integer as inbound,
        max(e.counted_at) as message_at, max(e.counted_at) filter (where e.direction = 'inbound') as inbound_at,
        (${lastShown})[1][1] as preview_row_id, (${lastShown})[1][2] as preview,
        bool_and(e.is_new) and count(distinct coalesce('m' || e.message_id, 'l' || e.local_id)) = count(*)`

/** The assignments that write the patch of `n` to `c`, and mark the operation with a time in milliseconds. */
export function patchChanges(now: string): string {
  return `nickname = case when n.patch ? 'nickname' then n.patch->>'nickname' else c.nickname end,
      customer_name = case when n.patch ? 'customer_name' then n.patch->>'customer_name' else c.customer_name end,
      customer_username = case when n.patch ? 'customer_username' then n.patch->>'customer_username' else c.customer_username end,
      chatbot_id = case when n.patch ? 'chatbot_id' then n.patch->>'chatbot_id' else c.chatbot_id end,
      metadata = case when n.patch ? 'metadata' then nullif(n.patch->'metadata', 'null'::jsonb) else c.metadata end,
      version = c.version + 1, updated_at = ${now},
      operations = ${textOf(withMark(raw('c.operations'), raw('n.operation_id'), raw("'updated'")))}`
}

/** The assignments that write the messages of `n` to `c`. */
export const messageChanges = `status = case when n.inbound > 0 then 'open' else c.status end,
      status_changed_at = case when n.inbound > 0 and c.status = 'snoozed' then p_now else c.status_changed_at end,
      snoozed_until = case when n.inbound > 0 then null else c.snoozed_until end,
      unread_count = c.unread_count + n.inbound, last_seq = c.last_seq + n.messages, last_event_seq = c.last_event_seq + n.messages,
      last_message_at = greatest(c.last_message_at, n.message_at),
      last_message_preview = case when n.message_at >= coalesce(c.last_message_at, '-infinity') then n.preview else c.last_message_preview end,
      last_message_row_id = case when n.message_at >= coalesce(c.last_message_at, '-infinity') then n.preview_row_id else c.last_message_row_id end,
      last_activity_at = greatest(c.last_activity_at, n.message_at),
      last_inbound_at = greatest(c.last_inbound_at, n.inbound_at),
      window_expires_at = case when n.inbound > 0 and c.channel in ('whatsapp', 'messenger', 'instagram')
        then greatest(c.last_inbound_at, n.inbound_at) + interval '24 hours' else c.window_expires_at end`

/** Whether the patch of `n` changes anything of `c`. */
export const isPatched = `(n.patch ? 'nickname' and c.nickname is distinct from n.patch->>'nickname'
        or n.patch ? 'customer_name' and c.customer_name is distinct from n.patch->>'customer_name'
        or n.patch ? 'customer_username' and c.customer_username is distinct from n.patch->>'customer_username'
        or n.patch ? 'chatbot_id' and c.chatbot_id is distinct from n.patch->>'chatbot_id'
        or n.patch ? 'metadata' and c.metadata is distinct from nullif(n.patch->'metadata', 'null'::jsonb))`

export function intoContactInboxes({ tables }: Names): string {
  return `insert into ${tables.contact_inboxes} (account_id, id, oa_id, customer_id, contact_id, channel, created_at)`
}

export function intoContacts({ tables }: Names): string {
  return `insert into ${tables.contacts} (account_id, id, name, name_source, created_at, updated_at)`
}

/** The insert of a customer's first conversation, up to its FROM: of `n`, with its messages. */
export function insertConversation({ tables }: Names): string {
  return `insert into ${tables.conversations} as c (account_id, id, oa_id, customer_id, contact_inbox_id, contact_id, channel, status, version,
      nickname, customer_name, customer_username, chatbot_id, unread_count, last_seq, read_seq, last_event_seq,
      last_message_at, last_message_preview, last_message_row_id, last_inbound_at, last_activity_at, status_changed_at, window_expires_at,
      metadata, operations, created_at, updated_at)
    select p_account, n.conversation_id, n.oa_id, n.customer_id, n.own_id, n.contact_id, n.new_channel, 'open', 0,
      n.patch->>'nickname', n.patch->>'customer_name', n.patch->>'customer_username',
      case when n.patch ? 'chatbot_id' then n.patch->>'chatbot_id' else n.inbox_chatbot_id end, n.inbound, n.messages, 0, n.messages,
      n.message_at, n.preview, n.preview_row_id, n.inbound_at, coalesce(n.message_at, p_now), p_now,
      case when n.new_channel in ('whatsapp', 'messenger', 'instagram') then n.inbound_at + interval '24 hours' end,
      nullif(n.patch->'metadata', 'null'::jsonb),
      jsonb_build_array(jsonb_build_array(n.operation_id, 'created', ${databaseMilliseconds})), p_now, p_now`
}

/** Inserts the rows of `stored`: events `e` with what they have of their conversation and contact inbox. */
export function insertStored({ fn, tables }: Names, stored: string): string {
  return `new_messages as (
    insert into ${tables.messages} (account_id, id, conversation_id, contact_inbox_id, seq, message_id, local_id, direction,
      sender_id, sender_type, sender_name, text, attachments, reply_to, status, occurred_at, sent_at, delivered_at, read_at, metadata, created_at)
    select p_account, s.row_id, s.conversation_id, s.own_id, s.base_seq + s.position, s.message_id, s.local_id, s.direction,
      ${senderId}, coalesce(s.raw->>'sender_type', case s.direction when 'inbound' then 'customer' else 'agent' end), s.raw->>'sender_name',
      coalesce(s.text, ''), coalesce(nullif(s.raw->'attachments', 'null'::jsonb), '[]'::jsonb), s.raw->>'reply_to',
      case when s.direction = 'outbound' then case when s.read_up_to >= s.sent_at then 'read' when s.delivered_up_to >= s.sent_at then 'delivered'
                                                   when s.sent_at is not null then 'sent' else 'pending' end end,
      s.occurred_at, s.sent_at, case when s.delivered_up_to >= s.sent_at then s.delivered_up_to_at end, case when s.read_up_to >= s.sent_at then s.read_up_to_at end,
      nullif(s.raw->'metadata', 'null'::jsonb), p_now
    from (${stored}) s
  ),
  new_events as (
    insert into ${tables.contact_interaction_events} (account_id, id, contact_inbox_id, conversation_id, event_seq, type, message_id, local_id,
      sender_id, direction, dedupe_key, operation_id, occurred_at, created_at)
    select p_account, coalesce(s.raw->>'id', ${fn('new_row_id')}()), s.own_id, s.conversation_id, s.base_event_seq + s.position, 'message', s.message_id, s.local_id,
      ${senderId}, s.direction, s.event_key, s.operation_id, s.occurred_at, p_now
    from (${stored}) s
  )`
}

/** When the channel had a message: it has those of which it knows the id. For `stored`. */
export const sentAt = `case when e.direction = 'outbound' and e.message_id is not null then e.occurred_at end as sent_at`

const senderId = `case when s.raw ? 'sender_type' then s.raw->>'sender_id' when s.direction = 'inbound' then s.customer_id end`

/** The time of a call: the one that it gives, else the database's. */
export const payloadNow = `date_trunc('milliseconds', coalesce((payload->>'now')::timestamptz, clock_timestamp()))`

/** The payload of a single call as the one of a bulk. */
export const bulkOfOne = `jsonb_build_object(
    'account_id', payload->'account_id', 'operation_id', payload->'operation_id', 'now', payload->'now', 'resent_after', payload->'resent_after',
    'default_on_closed', coalesce(payload->'default_on_closed', '"new"'::jsonb),
    'conversations', jsonb_build_array(payload - 'account_id' - 'now' - 'resent_after' - 'default_on_closed' - 'atomic'))`

/** A conversation as the functions return it: without what the library keeps for itself. */
export function publicConversation(alias: string): string {
  return textOf(conversationRow.stored(alias))
}

/** What a conversation's row has besides, as keys of its JSON. */
export const bookkeeping = `'{contact_inbox_id,username_key,last_event_seq,last_message_row_id,operations}'::text[]`
