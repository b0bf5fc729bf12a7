import type { Names } from '../../names.js'
import { previewText } from './preview.js'
import { occurredAt } from './times.js'
import { isNewAnswer } from './waits.js'

/**
 * New messages and their events, from the payload to the rows. In these texts, `event` is an event of a payload and
 * `stored` is one that is to be inserted. `p_account` and `p_now` are the account and the time of the enclosing
 * function.
 */

/** The columns of an event given as `given(raw, position)`, for the FROM list that ends with it. */
export function parsedEvent(names: Names): string {
  return `given.position::integer as position, given.raw, given.raw->>'type' as type, given.raw->>'message_id' as message_id,
        given.raw->>'local_id' as local_id, ${directionOf('given.raw')} as direction, given.raw->>'text' as text, ${eventKey('given.raw')} as event_key,
        ${rowId(names, 'given.raw')}, ${occurredAt("given.raw->>'occurred_at'")} as occurred_at`
}

export function directionOf(raw: string): string {
  return `coalesce(${raw}->>'direction', 'inbound')`
}

/** Whether an event is recognised by the channel's id of it. */
export function hasMessageId(raw: string): string {
  return `(${raw}->>'message_id' is not null and (${raw}->>'type' in ('message', 'postback', 'referral', 'optin', 'handover') or ${raw}->>'type' like 'custom:%'))`
}

/**
 * The key by which an event without an id is recognised, whether it comes as history or live. Null for one with an id.
 */
export function eventKey(raw: string): string {
  return `case when not ${hasMessageId(raw)} then
          coalesce(${raw}->>'dedupe_key', 'sql:' || encode(sha256(convert_to((${raw} - 'history')::text, 'UTF8')), 'hex')) end`
}

/** Whether a message is unread while it lies past the read horizon. Silent history never is. */
export function countsAsUnread(message: string): string {
  return `${message}.direction = 'inbound' and ${message}.is_silent is null`
}

/** The dedupe key of the event that a message of history leaves when it comes live. */
export function liveKey(messageId: string, localId: string): string {
  return `coalesce('live:' || ${messageId}, 'live-local:' || ${localId})`
}

/** The id of the event's row. A message has the id of its event. */
export function rowId({ fn }: Names, raw: string): string {
  return `coalesce(${raw}->>'id', ${fn('new_row_id')}()) as row_id`
}

/** The values that an event's rows take unchanged from its JSON. */
export function givenValues(raw: string, direction: string, customerId: string): string {
  return `${raw}->'attachments' as attachments, ${raw}->>'reply_to' as reply_to, ${raw}->'metadata' as metadata,
        ${raw}->>'sender_type' as sender_type, ${raw}->>'sender_name' as sender_name,
        case when ${raw} ? 'sender_type' then ${raw}->>'sender_id' when ${direction} = 'inbound' then ${customerId} end as sent_by`
}

/** The time at which the channel had an outbound message. The channel has it if its message id is known. */
export const sentAt = `case when event.direction = 'outbound' and event.message_id is not null then event.occurred_at end as sent_at`

/** Whether no two of the messages `event` are the same. */
export const areDifferent = `count(distinct coalesce('m' || event.message_id, 'l' || event.local_id)) = count(*)`

/**
 * The totals of the messages of one conversation. If there are other events among them, `isMessage` tells which ones
 * are messages and which are history. A postback then counts as inbound activity.
 */
export function totals(
  event: string,
  attachments = `${event}.attachments`,
  isMessage: string | null = null,
  senderType = `${event}.sender_type`,
): string {
  const isInbound = [...(isMessage === null ? [] : [isMessage]), `${event}.direction = 'inbound'`].join(' and ')
  const messages = isMessage === null ? '' : ` filter (where ${isMessage})`
  const inbound = isMessage === null ? ` filter (where ${isInbound})` : ` filter (where ${isInbound} and not ${event}.is_silent)`
  const cameIn = isMessage === null ? inbound : ` filter (where (${isInbound} or ${event}.type = 'postback') and not ${event}.is_history)`
  const given = isMessage === null ? '' : `${isMessage} and `
  const answer = ` filter (where ${given}${isNewAnswer(event, senderType)})`
  const question = ` filter (where ${isInbound}${isMessage === null ? '' : ` and not ${event}.is_history`})`
  const preview = previewText(`${event}.text`, attachments)
  const shown = `array_agg(array[${event}.row_id, ${preview}] order by ${event}.counted_at desc, ${event}.position desc)${messages}`
  return `(count(*)${messages})::integer as messages, (count(*)${inbound})::integer as inbound,
        max(${event}.counted_at)${messages} as message_at, max(${event}.counted_at)${cameIn} as inbound_at,
        max(${event}.counted_at)${answer} as answer_at, min(${event}.counted_at)${question} as asked_at,
        (${shown})[1][1] as preview_row_id, (${shown})[1][2] as preview`
}

/**
 * Inserts the messages `stored` of a FROM list. A message that one of the customer's watermarks has already reached is
 * inserted with its receipts. Only where there may be history do the rows name its columns.
 */
export function insertMessages({ tables }: Names, from: string, mayBeHistory = false): string {
  const [columns, values] = mayBeHistory
    ? [', is_history, is_silent', ', nullif(stored.is_history, false), nullif(stored.is_silent, false)']
    : ['', '']
  return `insert into ${tables.messages} (account_id, id, conversation_id, contact_inbox_id, own_id, seq, message_id, local_id, direction,
      sender_id, sender_type, sender_name, text, attachments, reply_to, status, occurred_at, sent_at, delivered_at, read_at, is_marked, metadata, created_at${columns})
    select p_account, stored.row_id, stored.conversation_id, stored.scope_id, stored.own_id, stored.seq, stored.message_id, stored.local_id, stored.direction,
      stored.sent_by, coalesce(stored.sender_type, case stored.direction when 'inbound' then 'customer' else 'agent' end), stored.sender_name,
      coalesce(stored.text, ''), coalesce(nullif(stored.attachments, 'null'::jsonb), '[]'::jsonb), stored.reply_to,
      case when stored.direction = 'outbound' then
        case when stored.read_up_to >= stored.sent_at then 'read' when stored.delivered_up_to >= stored.sent_at then 'delivered'
             when stored.sent_at is not null then 'sent' else 'pending' end end,
      stored.occurred_at, stored.sent_at, case when stored.delivered_up_to >= stored.sent_at then stored.delivered_up_to_at end,
      case when stored.read_up_to >= stored.sent_at then stored.read_up_to_at end,
      coalesce(stored.read_up_to >= stored.sent_at or stored.delivered_up_to >= stored.sent_at, false), nullif(stored.metadata, 'null'::jsonb), p_now${values}
    from ${from}`
}

/**
 * Inserts the events `stored` of a FROM list. An event whose conversation is null waits for it. The event of a message
 * leaves to the message what both would hold (src/postgres/stored-events.ts).
 */
export function insertEvents(names: Names, from: string, isMixed = false): string {
  const own = (value: string) => (isMixed ? `case when not stored.is_message then ${value} end` : 'null')
  return `${intoEvents(names, isMixed)}
    select p_account, stored.row_id, stored.scope_id, stored.own_id, stored.conversation_id, stored.event_seq, stored.type, ${own('stored.message_id')}, null, stored.local_id,
      ${own('stored.sent_by')}, ${own('stored.direction')}, nullif(stored.payload, 'null'::jsonb), stored.event_key, stored.operation_id, ${own('stored.occurred_at')}, ${own('p_now')}${isMixed ? ', nullif(stored.is_history, false)' : ''}
    from ${from}`
}

/** Inserts both, for a FROM list of nothing but messages. */
export function insertStored(names: Names, from: string): string {
  return `new_messages as (
    ${insertMessages(names, from)}
  ),
  new_events as (
    ${insertEvents(names, from)}
  )`
}

/** The insert of an event of any kind, up to its values. */
export function intoEvents({ tables }: Names, mayBeHistory = false): string {
  return `insert into ${tables.contact_interaction_events} (account_id, id, contact_inbox_id, own_id, conversation_id, event_seq, type, message_id,
      target_message_id, local_id, sender_id, direction, payload, dedupe_key, operation_id, occurred_at, created_at${mayBeHistory ? ', is_history' : ''})`
}
