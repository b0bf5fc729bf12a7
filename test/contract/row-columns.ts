import type { WebhookRow } from '../../src/memory/webhook-table.js'
import type { InboxCounts } from '../../src/model/inbox-migrations.js'
import type { InboxMigrationRow } from '../../src/model/planning/inbox-migrations.js'
import type { MovedContactInbox, MovedConversation } from '../../src/model/planning/moved-marks.js'
import type { ContactInboxRow, ContactRow, ConversationRow, EventRow, InboxRow, MessageRow } from '../../src/model/planning/rows.js'
import type { SyncRow } from '../../src/model/planning/sync-sessions.js'

/**
 * Gives a row of the memory adapter the column names that a database would use, because memory stores it under none.
 */
export function conversationColumns({ parts, ...row }: ConversationRow): object {
  return { ...snakeCased(row), merged_parts: parts.length === 0 ? null : parts.map(snakeCased) }
}
export function contactColumns(row: ContactRow): object {
  return snakeCased(row)
}
export function inboxColumns({ history, ...row }: InboxRow): object {
  return {
    ...snakeCased(row),
    history_phase: history?.phase ?? null,
    history_chunk_order: history?.chunkOrder ?? null,
    history_progress: history?.progress ?? null,
    history_error: history?.errorCode ?? null,
    history_at: history?.updatedAt ?? null,
  }
}
export function syncColumns({ oaId, since, beganAt, lastError, ...row }: SyncRow): object {
  const error = { last_error_code: lastError?.code ?? null, last_error: lastError?.message ?? null }
  return { ...snakeCased(row), page_id: oaId, since_at: since, began_at: beganAt, ...error }
}

export function inboxMigrationColumns({ counted, moved, ...row }: InboxMigrationRow): object {
  const numbered = (counts: InboxCounts, what: string) =>
    Object.fromEntries(Object.entries(snakeCased(counts)).map(([name, number]) => [`${name}_${what}`, number]))
  return { ...snakeCased(row), ...numbered(counted, 'count'), ...numbered(moved, 'moved') }
}
export function movedColumn(mark: MovedContactInbox | MovedConversation | undefined): object | null {
  return mark === undefined ? null : toldOfMove(snakeCased(mark))
}

/** A mark without what only its undo reads, which each engine keeps in its own words. */
export function toldOfMove(mark: object): object {
  return Object.fromEntries(Object.entries(mark).filter(([name]) => !['links', 'closed', 'last_seq', 'merge_id'].includes(name)))
}

export function webhookColumns(row: WebhookRow): object {
  return snakeCased(row)
}
export function eventColumns({ scopeId, contactInboxId, history, ...row }: EventRow): object {
  return { ...snakeCased(row), ...scopeColumns(scopeId, contactInboxId), is_history: history || null }
}

export function contactInboxColumns({ deliveredWatermark, readWatermark, ...row }: ContactInboxRow): object {
  return {
    ...snakeCased(row),
    delivered_up_to: deliveredWatermark?.upTo ?? null,
    delivered_up_to_at: deliveredWatermark?.at ?? null,
    read_up_to: readWatermark?.upTo ?? null,
    read_up_to_at: readWatermark?.at ?? null,
  }
}

export function messageColumns({ sender, reactionMarks, scopeId, contactInboxId, history, isSilent, ...row }: MessageRow): object {
  return {
    ...snakeCased(row),
    ...scopeColumns(scopeId, contactInboxId),
    is_history: history || null,
    is_silent: isSilent || null,
    sender_id: sender.id,
    sender_type: sender.type,
    sender_name: sender.name,
    reactions: reactionMarks.map(({ senderId, emoji, occurredAt }) => ({ sender_id: senderId, emoji, occurred_at: occurredAt })),
  }
}

/** The exact contact inbox is stored only where it is not the scope. */
function scopeColumns(scopeId: string, contactInboxId: string): object {
  return { contact_inbox_id: scopeId, own_id: contactInboxId === scopeId ? null : contactInboxId }
}

function snakeCased(row: object): object {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), value]),
  )
}
