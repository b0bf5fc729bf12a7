import type { InboxHistory, InboxOwner } from '../../model/inboxes.js'
import type { InboxRow } from '../../model/planning/rows.js'
import type { Channel } from '../../model/records.js'
import type { Doc } from '../driver.js'
import { readJson, storeJson } from '../json-field.js'
import { integerOrNull, present, text, textOrNull, time, timeOrNull } from './fields.js'
import { memoryFields, remembered } from './operations.js'

export function inboxDocument(row: InboxRow): Doc {
  return {
    _id: row.id,
    accountId: row.accountId,
    oa_id: row.oaId,
    channel: row.channel,
    provider: row.provider,
    name: row.name,
    chatbot_id: row.chatbotId,
    on_closed: row.onClosed,
    metadata: storeJson(row.metadata),
    status: row.status,
    ...memoryFields(row),
    connected_at: row.connectedAt,
    disconnected_at: row.disconnectedAt,
    ...present('redirected_to', row.redirectedTo),
    ...present('redirect_ended_at', row.redirectEndedAt),
    ...present('matches_numbers', row.matchesNumbers ? true : null),
    ...historyFields(row.history),
    created_at: row.createdAt,
    updated_at: row.updatedAt,
  }
}

export function inboxRow(doc: Doc): InboxRow {
  return {
    id: text(doc._id),
    accountId: text(doc.accountId),
    oaId: text(doc.oa_id),
    channel: text(doc.channel),
    provider: textOrNull(doc.provider),
    name: textOrNull(doc.name),
    chatbotId: textOrNull(doc.chatbot_id),
    onClosed: (doc.on_closed ?? null) as InboxRow['onClosed'],
    metadata: readJson(doc.metadata),
    status: text(doc.status) as InboxRow['status'],
    ...remembered(doc),
    connectedAt: time(doc.connected_at),
    disconnectedAt: timeOrNull(doc.disconnected_at),
    redirectedTo: textOrNull(doc.redirected_to),
    redirectEndedAt: timeOrNull(doc.redirect_ended_at),
    matchesNumbers: doc.matches_numbers === true,
    history: historyOf(doc),
    createdAt: time(doc.created_at),
    updatedAt: time(doc.updated_at),
  }
}

/** Nothing is stored for what the channel has not said. */
function historyFields(history: InboxHistory | null): Doc {
  const fields = {
    history_phase: history?.phase,
    history_chunk_order: history?.chunkOrder,
    history_progress: history?.progress,
    history_error: history?.errorCode,
    history_at: history?.updatedAt,
  }
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => (value ?? null) !== null))
}

function historyOf(doc: Doc): InboxHistory | null {
  const updatedAt = timeOrNull(doc.history_at)
  if (updatedAt === null) return null
  return {
    phase: integerOrNull(doc.history_phase),
    chunkOrder: integerOrNull(doc.history_chunk_order),
    progress: integerOrNull(doc.history_progress),
    errorCode: textOrNull(doc.history_error),
    updatedAt,
  }
}

/** The key of an owner: there is one document for a channel identity, whichever account has it. */
export function ownerKey({ channel, oaId }: { readonly channel: Channel; readonly oaId: string }): Doc {
  return { channel, oa_id: oaId }
}

export function inboxOwner(doc: Doc): InboxOwner {
  const key = doc._id as Doc
  return { accountId: text(doc.accountId), inboxId: text(doc.inbox_id), channel: text(key.channel), oaId: text(key.oa_id) }
}
