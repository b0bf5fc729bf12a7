import { compositeKey } from '../model/composite-key.js'
import { byAge } from '../model/planning/byte-order.js'
import { isFactType } from '../model/planning/known-events.js'
import type { EventRow } from '../model/planning/rows.js'
import type { WaitedFor } from '../model/planning/world.js'
import type { Journal, SetIndex } from './journal.js'

export interface EventTable {
  readonly rows: ReadonlyMap<string, EventRow>
  byMessageId(scopeId: string, messageId: string): EventRow | null
  byDedupeKey(scopeId: string, dedupeKey: string): EventRow | null
  bySeq(conversationId: string, eventSeq: number): EventRow | null
  waiting(scopeId: string, concerning: WaitedFor): readonly EventRow[]
  /** Everything that waits in a scope, by (createdAt, id). */
  allWaiting(scopeId: string): readonly EventRow[]
  put(row: EventRow): void
  remove(row: EventRow): void
}

export function createEventTable(journal: Journal): EventTable {
  const rows = new Map<string, EventRow>()
  const byMessageId = new Map<string, string>()
  const byDedupeKey = new Map<string, string>()
  const bySeq = new Map<string, Map<number, string>>()
  const waiting: SetIndex = new Map()
  const find = (id: string | undefined) => (id === undefined ? null : (rows.get(id) ?? null))

  const identify = ({ scopeId, messageId, dedupeKey }: EventRow, id: string | undefined) => {
    if (messageId === null) journal.assign(byDedupeKey, compositeKey(scopeId, dedupeKey), id)
    else journal.assign(byMessageId, compositeKey(scopeId, messageId), id)
  }
  const place = ({ conversationId, eventSeq }: EventRow, id: string | undefined) => {
    if (conversationId === null || eventSeq === null) return
    const seqs = bySeq.get(conversationId) ?? new Map<number, string>()
    bySeq.set(conversationId, seqs)
    journal.assign(seqs, eventSeq, id)
  }

  return {
    rows,
    byMessageId: (scopeId, messageId) => find(byMessageId.get(compositeKey(scopeId, messageId))),
    byDedupeKey: (scopeId, dedupeKey) => find(byDedupeKey.get(compositeKey(scopeId, dedupeKey))),
    bySeq: (conversationId, eventSeq) => find(bySeq.get(conversationId)?.get(eventSeq)),
    waiting(scopeId, { messageIds, localIds, conversation }) {
      const keys = [
        ...[...messageIds].map((id) => waitsForMessage(scopeId, id)),
        ...[...localIds].map((id) => waitsForLocal(scopeId, id)),
        ...(conversation ? [waitsForConversation(scopeId)] : []),
      ]
      return [...new Set(keys.flatMap((key) => [...(waiting.get(key) ?? [])]))].flatMap((id) => find(id) ?? [])
    },
    allWaiting: (scopeId) => [...(waiting.get(allOf(scopeId)) ?? [])].flatMap((id) => find(id) ?? []).sort(byAge),
    put(row) {
      const before = rows.get(row.id)
      if (before) for (const key of waitKeys(before)) journal.exclude(waiting, key, row.id)
      journal.assign(rows, row.id, row)
      for (const key of waitKeys(row)) journal.include(waiting, key, row.id)
      identify(row, row.id)
      place(row, row.id)
    },
    remove(row) {
      for (const key of waitKeys(row)) journal.exclude(waiting, key, row.id)
      identify(row, undefined)
      place(row, undefined)
      journal.assign(rows, row.id, undefined)
    },
  }
}

function waitKeys({ type, scopeId, conversationId, targetMessageId, localId }: EventRow): readonly string[] {
  if (conversationId !== null) return []
  if (isFactType(type)) return [allOf(scopeId), waitsForConversation(scopeId)]
  return [
    allOf(scopeId),
    ...(targetMessageId === null ? [] : [waitsForMessage(scopeId, targetMessageId)]),
    ...(localId === null ? [] : [waitsForLocal(scopeId, localId)]),
  ]
}

function allOf(scopeId: string): string {
  return compositeKey('waiting', scopeId)
}
function waitsForMessage(scopeId: string, messageId: string): string {
  return compositeKey('message', scopeId, messageId)
}
function waitsForLocal(scopeId: string, localId: string): string {
  return compositeKey('local', scopeId, localId)
}
function waitsForConversation(scopeId: string): string {
  return compositeKey('conversation', scopeId)
}
