import type { Names } from '../../names.js'
import { conversationRow } from '../../rows/conversation-row.js'
import { textOf } from '../../sql.js'
import { marks } from './operations.js'
import { givenValue, patchedValue } from './patches.js'
import { isShown } from './preview.js'
import { replyWindow } from './times.js'
import { openedWait, waitingSince } from './waits.js'

/** The assignments that write the messages of `change` to `conversation`. */
export const messageChanges = `status = case when change.inbound > 0 then 'open' else conversation.status end,
      status_changed_at = case when change.inbound > 0 and conversation.status = 'snoozed' then p_now else conversation.status_changed_at end,
      snoozed_until = case when change.inbound > 0 then null else conversation.snoozed_until end,
      unread_count = conversation.unread_count + change.inbound,
      last_seq = conversation.last_seq + change.messages, last_event_seq = conversation.last_event_seq + change.messages,
      last_message_at = greatest(conversation.last_message_at, change.message_at),
      last_message_preview = case when ${isShown('change.message_at', 'conversation.last_message_at')} then change.preview
        else conversation.last_message_preview end,
      last_message_row_id = case when ${isShown('change.message_at', 'conversation.last_message_at')} then change.preview_row_id
        else conversation.last_message_row_id end,
      last_activity_at = greatest(conversation.last_activity_at, change.message_at),
      last_inbound_at = greatest(conversation.last_inbound_at, change.inbound_at),
      waiting_since = ${waitingSince('change', 'conversation')}, last_answer_at = greatest(conversation.last_answer_at, change.answer_at),
      window_expires_at = ${replyWindow({
        channel: 'conversation.channel',
        inboundAt: 'change.inbound_at',
        lastInboundAt: 'conversation.last_inbound_at',
        windowExpiresAt: 'conversation.window_expires_at',
      })}`

/** The parts of a new conversation that the quick ways never have: a username, and events that are no messages. */
interface Opening {
  readonly usernameKey: string
  readonly events: string
  readonly activityAt: string
  readonly openedAt: string
  readonly serverMilliseconds?: string
  /** When the conversation was closed already, or null. Without it, it is open. */
  readonly closedAt?: string
  /** The time of the last mark of the customer's latest conversation, in milliseconds. Zero without one. */
  readonly forgottenUntil?: string
  /** Whether the customer is known by several ids. */
  readonly isLinked?: string
}

export const messagesOnly: Opening = { usernameKey: 'null', events: 'change.messages', activityAt: 'change.message_at', openedAt: 'p_now' }

/** The insert of the conversation `change`, with its patch and its messages, up to its FROM. */
export function insertConversation(
  { tables }: Names,
  { usernameKey, events, activityAt, openedAt, serverMilliseconds, closedAt, forgottenUntil, isLinked = 'false' }: Opening = messagesOnly,
): string {
  const window = replyWindow({
    channel: 'change.new_channel',
    inboundAt: 'change.inbound_at',
    lastInboundAt: 'null',
    windowExpiresAt: 'null',
  })
  return `insert into ${tables.conversations} as conversation (account_id, id, oa_id, customer_id, contact_inbox_id, contact_id, channel, status, version,
      nickname, customer_name, customer_username, username_key, chatbot_id,
      unread_count, last_seq, read_seq, last_event_seq, last_message_at, last_message_preview, last_message_row_id,
      last_inbound_at, waiting_since, last_answer_at, last_activity_at, status_changed_at, window_expires_at, metadata, operations, is_linked, created_at, updated_at${closedAt === undefined ? '' : ', closed_at'})
    select p_account, change.conversation_id, change.oa_id, change.customer_id, change.head_id, change.contact_id, change.new_channel, ${closedAt === undefined ? "'open'" : `case when ${closedAt} is null then 'open' else 'closed' end`}, 0,
      ${givenValue('change.patch', 'nickname')}, ${givenValue('change.patch', 'customer_name')}, ${givenValue('change.patch', 'customer_username')},
      ${usernameKey}, ${patchedValue('change.patch', 'chatbot_id', 'change.inbox_chatbot_id')},
      change.inbound, change.messages, 0, ${events}, change.message_at, change.preview, change.preview_row_id,
      change.inbound_at, ${openedWait('change')}, change.answer_at, coalesce(${activityAt}, ${openedAt}), ${closedAt === undefined ? openedAt : `coalesce(${closedAt}, ${openedAt})`}, ${window},
      ${givenValue('change.patch', 'metadata')}, ${marks.first('change.operation_id', "'created'", serverMilliseconds, forgottenUntil)}, ${isLinked}, ${openedAt}, ${openedAt}${closedAt === undefined ? '' : `, ${closedAt}`}`
}

/** The columns of a conversation's row that a host sees. */
export function hostColumns(alias: string): string {
  return textOf(conversationRow.stored(alias))
}

/**
 * The columns of a conversation that the functions return, without those that the library keeps for itself. A linked
 * one has the ids of its customer as well; nobody else's head is looked at.
 */
export function publicConversation({ fn }: Names, alias: string): string {
  return `${hostColumns(alias)}, case when ${alias}.is_linked then ${fn('identities_of')}(${alias}.account_id, ${alias}.contact_inbox_id) end as identities`
}

/** The same of a conversation's row as JSON. */
export function publicDocument({ fn }: Names, row: string): string {
  return `(${row} - ${bookkeeping} || jsonb_build_object('identities',
      case when (${row}->'is_linked')::boolean then ${fn('identities_of')}(${row}->>'account_id', ${row}->>'contact_inbox_id') end))`
}

/** The ids of the active conversations of some heads. */
export function activeOf({ tables }: Names, heads: string): string {
  return `array(select c.id from ${tables.conversations} c where c.account_id = p_account and c.contact_inbox_id = any (${heads}) and c.status <> 'closed')`
}

/** The other columns of a conversation's row, as keys of its JSON. */
const bookkeeping = `'{contact_inbox_id,username_key,last_event_seq,last_message_row_id,last_answer_at,operations,is_linked,merged_parts}'::text[]`

/** What of a conversation makes its change count. */
export function publicState(conversation: string): string {
  return `(to_jsonb(${conversation}) - ${bookkeeping} - '{version,updated_at}'::text[])`
}

/** The payload of a single call as that of a bulk. */
export const bulkOfOne = `jsonb_build_object(
    'account_id', payload->'account_id', 'operation_id', payload->'operation_id', 'now', payload->'now', 'resent_after', payload->'resent_after',
    'default_on_closed', coalesce(payload->'default_on_closed', '"new"'::jsonb),
    'conversations', jsonb_build_array(payload - 'account_id' - 'now' - 'resent_after' - 'default_on_closed'))`
