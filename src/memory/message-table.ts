import { compositeKey } from '../model/composite-key.js'
import { awaitedReceipts } from '../model/planning/delivery-status.js'
import { doublesOf } from '../model/planning/fold-doubles.js'
import { isHiddenBy } from '../model/planning/merged-parts.js'
import type { ConversationRow, MessageRow, Watermark } from '../model/planning/rows.js'
import type { StoredUnder } from '../model/planning/world.js'
import type { Journal, SetIndex } from './journal.js'

export interface MessageTable {
  readonly rows: ReadonlyMap<string, MessageRow>
  byMessageId(scopeId: string, messageId: string): MessageRow | null
  byLocalId(scopeId: string, localId: string): MessageRow | null
  bySeq(conversationId: string, seq: number): MessageRow | null
  /** The messages under the id of a conversation after a `seq`, in ascending order, up to its last one. */
  after(of: StoredUnder & Pick<ConversationRow, 'lastSeq'>, seq: number): readonly MessageRow[]
  /** All messages that are stored under the id of a conversation. */
  under(conversationId: string): readonly MessageRow[]
  undelivered(scopeId: string, status: 'delivered' | 'read', watermark: Watermark): readonly MessageRow[]
  doubles(scopes: readonly string[]): readonly (readonly [kept: MessageRow, double: MessageRow])[]
  put(row: MessageRow): void
  remove(row: MessageRow): void
}

export function createMessageTable(journal: Journal): MessageTable {
  const rows = new Map<string, MessageRow>()
  const byMessageId = new Map<string, string>()
  const byLocalId = new Map<string, string>()
  const bySeq = new Map<string, Map<number, string>>()
  const undelivered: SetIndex = new Map()
  const find = (id: string | undefined) => (id === undefined ? null : (rows.get(id) ?? null))
  const seqsOf = (conversationId: string) => {
    const seqs = bySeq.get(conversationId) ?? new Map<number, string>()
    bySeq.set(conversationId, seqs)
    return seqs
  }

  const unindex = (row: MessageRow) => {
    const { id, scopeId, messageId, localId } = row
    if (messageId !== null) journal.assign(byMessageId, compositeKey(scopeId, messageId), undefined)
    if (localId !== null) journal.assign(byLocalId, compositeKey(scopeId, localId), undefined)
    for (const status of ['delivered', 'read']) journal.exclude(undelivered, compositeKey(scopeId, status), id)
    journal.assign(seqsOf(row.conversationId), row.seq, undefined)
  }
  const index = (row: MessageRow) => {
    const { id, scopeId, messageId, localId } = row
    if (messageId !== null) journal.assign(byMessageId, compositeKey(scopeId, messageId), id)
    if (localId !== null) journal.assign(byLocalId, compositeKey(scopeId, localId), id)
    for (const status of awaitedReceipts(row)) journal.include(undelivered, compositeKey(scopeId, status), id)
    journal.assign(seqsOf(row.conversationId), row.seq, id)
  }

  return {
    rows,
    byMessageId: (scopeId, messageId) => find(byMessageId.get(compositeKey(scopeId, messageId))),
    byLocalId: (scopeId, localId) => find(byLocalId.get(compositeKey(scopeId, localId))),
    bySeq: (conversationId, seq) => find(bySeq.get(conversationId)?.get(seq)),
    after({ id, merges, lastSeq }, seq) {
      const ids = bySeq.get(id)
      const found = Array.from({ length: Math.max(lastSeq - seq, 0) }, (_, index) => find(ids?.get(seq + 1 + index)))
      return found.filter((row) => row !== null).filter((row) => !isHiddenBy(merges, row))
    },
    under: (conversationId) => [...(bySeq.get(conversationId)?.values() ?? [])].flatMap((id) => find(id) ?? []),
    undelivered(scopeId, status, { upTo }) {
      const candidates = [...(undelivered.get(compositeKey(scopeId, status)) ?? [])].flatMap((id) => find(id) ?? [])
      return candidates.filter(({ sentAt }) => sentAt !== null && sentAt.getTime() <= upTo.getTime())
    },
    doubles: (scopes) => doublesOf(scopes.map((scope) => [...rows.values()].filter(({ scopeId }) => scopeId === scope))),
    put(row) {
      const before = rows.get(row.id)
      if (before) unindex(before)
      journal.assign(rows, row.id, row)
      index(row)
    },
    remove(row) {
      unindex(row)
      journal.assign(rows, row.id, undefined)
    },
  }
}
