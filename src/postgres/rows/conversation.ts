import { toPerson } from '../../model/planning/to-records.js'
import type { Conversation } from '../../model/records.js'
import { columns, type Row } from '../columns.js'
import type { PostgresContext } from '../context.js'
import { integer, json, jsonObject, text, textOrNull, time, timeOrNull } from '../readers.js'
import { type Fragment, raw, sql } from '../sql.js'
import { type ConversationRow, conversationRow } from './conversation-row.js'
import { identitiesRead, identitiesWritten, type StoredMark, toMark } from './identity.js'

const c = raw('c')

const customerRow = columns({ identities: json<readonly StoredMark[] | null> })

/** The conversation `c` as a statement reads it that writes nothing. */
export function conversationRead(context: PostgresContext, accountId: string): Fragment {
  return sql`${conversationRow.list('c')}, ${identitiesRead(context, accountId, c)}`
}

/** The same for one conversation. `unpackConversation` reads it. */
export function conversationPacked(context: PostgresContext, accountId: string): Fragment {
  return sql`${conversationRow.packed('c')}, ${identitiesRead(context, accountId, c)}`
}

/** The conversation that a statement writes, or that a function has written. */
export function conversationWritten(context: PostgresContext, accountId: string, from = 'c'): Fragment {
  return sql`${conversationRow.list(from)}, ${identitiesWritten(context, accountId, raw(from))}`
}

export function conversationWrittenPacked(context: PostgresContext, accountId: string): Fragment {
  return sql`${conversationRow.packed('c')}, ${identitiesWritten(context, accountId, c)}`
}

export function toConversation(found: Row): Conversation {
  return conversationOf(conversationRow.of(found), found)
}

export function unpackConversation(found: Row): Conversation {
  return conversationOf(conversationRow.of(conversationRow.unpack(found)), found)
}

function conversationOf(row: ConversationRow, found: Row): Conversation {
  const identities = json(customerRow.of(found).identities)
  return {
    id: text(row.id),
    accountId: text(row.account_id),
    oaId: text(row.oa_id),
    customerId: text(row.customer_id),
    ...toPerson(text(row.customer_id), identities?.map(toMark) ?? null),
    contactId: text(row.contact_id),
    channel: text(row.channel),
    status: text(row.status),
    version: integer(row.version),
    nickname: textOrNull(row.nickname),
    customerName: textOrNull(row.customer_name),
    customerUsername: textOrNull(row.customer_username),
    chatbotId: textOrNull(row.chatbot_id),
    unreadCount: integer(row.unread_count),
    lastSeq: integer(row.last_seq),
    readSeq: integer(row.read_seq),
    lastMessageAt: timeOrNull(row.last_message_at),
    lastMessagePreview: textOrNull(row.last_message_preview),
    lastInboundAt: timeOrNull(row.last_inbound_at),
    waitingSince: timeOrNull(row.waiting_since),
    lastActivityAt: time(row.last_activity_at),
    statusChangedAt: time(row.status_changed_at),
    windowExpiresAt: timeOrNull(row.window_expires_at),
    snoozedUntil: timeOrNull(row.snoozed_until),
    closedAt: timeOrNull(row.closed_at),
    metadata: jsonObject(row.metadata),
    createdAt: time(row.created_at),
    updatedAt: time(row.updated_at),
  }
}
