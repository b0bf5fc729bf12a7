import type { Inbox, InboxHistory } from '../../model/inboxes.js'
import type { OnClosed } from '../../model/records.js'
import { columns, type Row } from '../columns.js'
import { integerOrNull, json, jsonObject, text, textOrNull, time, timeOrNull } from '../readers.js'

export const inboxRow = columns({
  id: text,
  account_id: text,
  oa_id: text,
  channel: text,
  provider: textOrNull,
  name: textOrNull,
  chatbot_id: textOrNull,
  on_closed: json<OnClosed | null>,
  metadata: jsonObject,
  status: text<Inbox['status']>,
  connected_at: time,
  disconnected_at: timeOrNull,
  redirected_to: textOrNull,
  history_phase: integerOrNull,
  history_chunk_order: integerOrNull,
  history_progress: integerOrNull,
  history_error: textOrNull,
  history_at: timeOrNull,
  created_at: time,
  updated_at: time,
})

export function toInbox(found: Row): Inbox {
  const row = inboxRow.of(found)
  return {
    id: text(row.id),
    accountId: text(row.account_id),
    oaId: text(row.oa_id),
    channel: text(row.channel),
    provider: textOrNull(row.provider),
    name: textOrNull(row.name),
    chatbotId: textOrNull(row.chatbot_id),
    onClosed: json(row.on_closed),
    metadata: jsonObject(row.metadata),
    status: text(row.status),
    connectedAt: time(row.connected_at),
    disconnectedAt: timeOrNull(row.disconnected_at),
    redirectedTo: textOrNull(row.redirected_to),
    history: historyOf(row),
    createdAt: time(row.created_at),
    updatedAt: time(row.updated_at),
  }
}

function historyOf(row: ReturnType<typeof inboxRow.of>): InboxHistory | null {
  const updatedAt = timeOrNull(row.history_at)
  if (updatedAt === null) return null
  return {
    phase: integerOrNull(row.history_phase),
    chunkOrder: integerOrNull(row.history_chunk_order),
    progress: integerOrNull(row.history_progress),
    errorCode: textOrNull(row.history_error),
    updatedAt,
  }
}
