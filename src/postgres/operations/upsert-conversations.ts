import type {
  ChangeOutcome,
  CustomerIdentity,
  EventOutcome,
  ItemFailure,
  StampedEvent,
  StampedMessage,
  UpsertConversations,
  UpsertItem,
  UpsertResult,
} from '../../store/adapter.js'
import { columns, type Row } from '../columns.js'
import type { PostgresContext } from '../context.js'
import { sinceFirstSending } from '../first-sending.js'
import { json } from '../readers.js'
import { toConversation } from '../rows/conversation.js'
import { type Fragment, sql, timestampText } from '../sql.js'
import { patchedConversation, patchOfActive } from './patch-of-active.js'

/**
 * Writes conversations with their events in one statement and one round trip. It calls the SQL functions that a program
 * in another language calls. For a patch alone, an update in the same statement comes first.
 */
export async function upsertConversations(context: PostgresContext, input: UpsertConversations): Promise<readonly UpsertResult[]> {
  const [item] = input.items
  const single = input.items.length === 1 && input.atomic ? item : undefined
  const rows = await context.write(call(context, input, single), input)
  const results = resultsOf(rows[0] ?? {}, single)
  input.items.forEach((item, index) => {
    const result = results[index]
    if (result?.ok && result.redirectedTo === undefined) context.knownAliases.note(input.accountId, item, result.conversation)
  })
  return results
}

function resultsOf(row: Row, single: UpsertItem | undefined): readonly UpsertResult[] {
  if (single === undefined) return json(bulkRow.of(row).result).map(toResult)
  const patched = patchedConversation(row)
  return [
    patched === null
      ? toResult(json(singleRow.of(row).result))
      : { ok: true, outcome: 'updated', conversation: patched, events: [], conflicts: [] },
  ]
}

function call(context: PostgresContext, input: UpsertConversations, single: UpsertItem | undefined): Fragment {
  if (single === undefined)
    return sql`select ${context.fn('bulk_upsert_conversations_with_events')}(${bound(JSON.stringify(bulkPayload(input)), input)}) as result`
  const payload = JSON.stringify(singlePayload(context, input, single))
  const patch = patchOfActive(context, input, single, payload)
  return patch ?? sql`select ${context.fn('upsert_conversation_with_events')}(${bound(payload, input)}) as result`
}

/** The payload as a parameter. A resent call adds how long ago it was first sent, when it goes to the connection. */
function bound(payload: string, { firstSentAt }: UpsertConversations): Fragment {
  if (firstSentAt === null) return sql`${payload}::jsonb`
  return sql`${payload}::jsonb || jsonb_build_object('resent_after', ${sinceFirstSending(firstSentAt)})`
}

type ItemResult =
  | { readonly failure: { readonly code: ItemFailure['code'] } & Readonly<Record<string, unknown>> }
  | {
      readonly outcome: ChangeOutcome
      readonly conversation: Row | null
      readonly events: readonly EventOutcome[]
      /** Only a call that links ids has them. */
      readonly conflicts?: readonly CustomerIdentity[]
      readonly redirected_to?: string
    }

const singleRow = columns({ result: json<ItemResult> })
const bulkRow = columns({ result: json<readonly ItemResult[]> })

function toResult(result: ItemResult): UpsertResult {
  if ('failure' in result) return { ok: false, failure: toFailure(result.failure) }
  const { outcome, conversation, events, conflicts = [], redirected_to } = result
  const written = { ok: true, outcome, conversation: conversation && toConversation(conversation), events, conflicts } as const
  return redirected_to === undefined ? written : { ...written, redirectedTo: redirected_to }
}

function toFailure({ code, ...details }: { readonly code: ItemFailure['code'] } & Readonly<Record<string, unknown>>): ItemFailure {
  return { code, details } as ItemFailure
}

/**
 * The payload of docs/sql.md for a single call. It is built without a spread, because V8 takes ten times as long to
 * write an object that was made by one.
 */
function singlePayload({ inTransaction }: PostgresContext, { accountId, now }: UpsertConversations, item: UpsertItem): object {
  return {
    account_id: accountId,
    now: timeText(now) ?? undefined,
    default_on_closed: item.defaultOnClosed,
    in_transaction: inTransaction || undefined,
    oa_id: item.oaId,
    customer_id: item.customerId,
    operation_id: item.operationId,
    conversation_id: item.ids.conversation,
    contact_id: item.ids.contact,
    contact_inbox_id: item.ids.contactInbox,
    patch: patchPayload(item),
    channel: item.channel ?? undefined,
    expected_version: item.expectedVersion ?? undefined,
    on_closed: item.onClosed ?? undefined,
    opens: item.historyOpens === 'closed' ? 'closed' : undefined,
    mark_unread: item.markUnread || undefined,
    username_key: item.usernameKey ?? undefined,
    identities: item.identities.length === 0 ? undefined : item.identities,
    contact_inbox_ids: item.identities.length === 0 ? undefined : item.ids.identities,
    events: item.events.map((event) => eventPayload(event, item.customerId)),
  }
}

function bulkPayload({ accountId, now, operationId, atomic, items }: UpsertConversations): object {
  return {
    account_id: accountId,
    now: timeText(now),
    default_on_closed: items[0]?.defaultOnClosed,
    operation_id: operationId,
    atomic,
    conversations: items.map(itemPayload),
  }
}

function itemPayload(item: UpsertItem): object {
  return {
    oa_id: item.oaId,
    customer_id: item.customerId,
    operation_id: item.operationId,
    conversation_id: item.ids.conversation,
    contact_id: item.ids.contact,
    contact_inbox_id: item.ids.contactInbox,
    patch: patchPayload(item),
    channel: item.channel ?? undefined,
    expected_version: item.expectedVersion ?? undefined,
    on_closed: item.onClosed ?? undefined,
    opens: item.historyOpens === 'closed' ? 'closed' : undefined,
    mark_unread: item.markUnread || undefined,
    username_key: item.usernameKey ?? undefined,
    identities: item.identities.length === 0 ? undefined : item.identities,
    contact_inbox_ids: item.identities.length === 0 ? undefined : item.ids.identities,
    events: item.events.map((event) => eventPayload(event, item.customerId)),
  }
}

function patchPayload({ patch }: UpsertItem): object {
  return {
    nickname: patch.nickname,
    customer_name: patch.customerName,
    customer_username: patch.customerUsername,
    chatbot_id: patch.chatbotId,
    metadata: patch.metadata,
  }
}

function eventPayload(event: StampedEvent, customerId: string): object {
  return event.type === 'message' ? messagePayload(event, customerId) : { ...commonPayload(event), ...ownPayload(event) }
}

/**
 * Built field by field, without values that are null, empty or what the functions assume by default. This runs for
 * every message, V8 takes long for spreads, and PostgreSQL reads every byte that is sent.
 */
function messagePayload(event: StampedMessage, customerId: string): object {
  const { sender, attachments } = event
  const isInbound = event.direction === 'inbound'
  const isCustomers = isInbound && sender.type === 'customer' && sender.id === customerId
  return {
    type: event.type,
    id: event.id,
    message_id: event.messageId ?? undefined,
    local_id: event.localId ?? undefined,
    dedupe_key: event.messageId === null ? event.dedupeKey : undefined,
    direction: isInbound ? undefined : event.direction,
    occurred_at: timeText(event.occurredAt) ?? undefined,
    sender_id: isCustomers ? undefined : (sender.id ?? undefined),
    sender_type: isCustomers ? undefined : sender.type,
    sender_name: sender.name ?? undefined,
    text: event.text,
    attachments: attachments.length === 0 ? undefined : attachments,
    reply_to: event.replyTo ?? undefined,
    metadata: event.metadata ?? undefined,
    history: event.history || undefined,
  }
}

function commonPayload({ id, type, occurredAt, sender, dedupeKey }: StampedEvent): object {
  return {
    id,
    type,
    occurred_at: timeText(occurredAt),
    sender_id: sender.id,
    sender_type: sender.type,
    sender_name: sender.name,
    dedupe_key: dedupeKey,
    direction: sender.type === 'customer' ? 'inbound' : 'outbound',
  }
}

function ownPayload(event: Exclude<StampedEvent, StampedMessage>): object {
  switch (event.type) {
    case 'message_edit':
      return { target_message_id: event.targetMessageId, text: event.text, edit_number: event.editNumber }
    case 'message_attachments':
      return { target_message_id: event.targetMessageId, attachments: event.attachments, text: event.text }
    case 'message_delete':
      return { target_message_id: event.targetMessageId }
    case 'reaction':
      return { target_message_id: event.targetMessageId, emoji: event.emoji }
    case 'receipt':
      return { target_message_id: event.targetMessageId, status: event.status, error: event.error }
    case 'watermark':
      return { status: event.status, watermark: timeText(event.watermark) }
    case 'message_sent':
      return { direction: 'outbound', local_id: event.localId, message_id: event.messageId }
    case 'message_failed':
      return { direction: 'outbound', local_id: event.localId, error: event.error }
    case 'identity_change':
      return { previous: event.previous, current: event.current, contact_inbox_ids: event.rowIds }
    default:
      return { message_id: event.messageId, direction: event.direction, payload: event.payload, history: event.history || undefined }
  }
}

function timeText(time: Date | null): string | null {
  return time === null ? null : timestampText(time)
}
