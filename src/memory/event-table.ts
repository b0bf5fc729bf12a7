import { compositeKey } from '../model/composite-key.js'
import { compareBytes } from '../model/planning/byte-order.js'
import { isFactType } from '../model/planning/known-events.js'
import type { EventRow } from '../model/planning/rows.js'
import type { WaitedFor } from '../model/planning/world.js'
import type { Journal, SetIndex } from './journal.js'

export interface EventTable {
  readonly rows: ReadonlyMap<string, EventRow>
  byMessageId(contactInboxId: string, messageId: string): EventRow | null
  byDedupeKey(contactInboxId: string, dedupeKey: string): EventRow | null
  bySeq(conversationId: string, eventSeq: number): EventRow | null
  waiting(contactInboxId: string, concerning: WaitedFor): readonly EventRow[]
  /** Everything that waits under a contact inbox, by (createdAt, id). */
  allWaiting(contactInboxId: string): readonly EventRow[]
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

  const identify = ({ contactInboxId, messageId, dedupeKey }: EventRow, id: string | undefined) => {
    if (messageId === null) journal.assign(byDedupeKey, compositeKey(contactInboxId, dedupeKey), id)
    else journal.assign(byMessageId, compositeKey(contactInboxId, messageId), id)
  }
  const place = ({ conversationId, eventSeq }: EventRow, id: string | undefined) => {
    if (conversationId === null || eventSeq === null) return
    const seqs = bySeq.get(conversationId) ?? new Map<number, string>()
    bySeq.set(conversationId, seqs)
    journal.assign(seqs, eventSeq, id)
  }

  return {
    rows,
    byMessageId: (contactInboxId, messageId) => find(byMessageId.get(compositeKey(contactInboxId, messageId))),
    byDedupeKey: (contactInboxId, dedupeKey) => find(byDedupeKey.get(compositeKey(contactInboxId, dedupeKey))),
    bySeq: (conversationId, eventSeq) => find(bySeq.get(conversationId)?.get(eventSeq)),
    waiting(contactInboxId, { messageIds, localIds, conversation }) {
      const keys = [
        ...[...messageIds].map((id) => waitsForMessage(contactInboxId, id)),
        ...[...localIds].map((id) => waitsForLocal(contactInboxId, id)),
        ...(conversation ? [waitsForConversation(contactInboxId)] : []),
      ]
      return [...new Set(keys.flatMap((key) => [...(waiting.get(key) ?? [])]))].flatMap((id) => find(id) ?? [])
    },
    allWaiting: (contactInboxId) => [...(waiting.get(allOf(contactInboxId)) ?? [])].flatMap((id) => find(id) ?? []).sort(byArrival),
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

function waitKeys({ type, contactInboxId, conversationId, targetMessageId, localId }: EventRow): readonly string[] {
  if (conversationId !== null) return []
  if (isFactType(type)) return [allOf(contactInboxId), waitsForConversation(contactInboxId)]
  return [
    allOf(contactInboxId),
    ...(targetMessageId === null ? [] : [waitsForMessage(contactInboxId, targetMessageId)]),
    ...(localId === null ? [] : [waitsForLocal(contactInboxId, localId)]),
  ]
}

/** The order in which events came, and by which the oldest are dropped first. */
export function byArrival(a: EventRow, b: EventRow): number {
  return a.createdAt.getTime() - b.createdAt.getTime() || compareBytes(a.id, b.id)
}

function allOf(contactInboxId: string): string {
  return compositeKey('waiting', contactInboxId)
}
function waitsForMessage(contactInboxId: string, messageId: string): string {
  return compositeKey('message', contactInboxId, messageId)
}
function waitsForLocal(contactInboxId: string, localId: string): string {
  return compositeKey('local', contactInboxId, localId)
}
function waitsForConversation(contactInboxId: string): string {
  return compositeKey('conversation', contactInboxId)
}
