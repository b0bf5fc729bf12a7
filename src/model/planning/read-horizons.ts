import { mergesOf } from './merged-parts.js'
import type { ConversationRow } from './rows.js'
import type { StoredUnder } from './world.js'

/** The read horizon of the messages that are stored under one id. Its numbers are those of the stored messages. */
export interface Horizon extends StoredUnder {
  readonly readSeq: number
  readonly lastSeq: number
  readonly seqBase: number
}

/** The horizon of a conversation's own messages, and those of the conversations that were merged into it. */
export function horizonsOf(row: ConversationRow): readonly Horizon[] {
  const merges = mergesOf(row)
  const own = { id: row.id, readSeq: row.readSeq, lastSeq: row.lastSeq, seqBase: 0, merges }
  return [own, ...row.parts.map(({ id, readSeq, lastSeq, seqBase }) => ({ id, readSeq, lastSeq, seqBase, merges }))]
}

export interface Reading {
  /** Up to which message, or null. */
  readonly seq: number | null
  /** The part whose own numbers `seq` is of: it alone is read then. Null for the conversation's numbers. */
  readonly part: string | null
}

/** Where reading moves a horizon, never back. Without a `seq` everything is read. */
export function movedBy(horizon: Horizon, { seq, part }: Reading): number {
  const { id, readSeq, lastSeq, seqBase } = horizon
  if (seq === null) return Math.max(readSeq, lastSeq)
  if (part === null) return Math.max(readSeq, Math.min(seq - seqBase, lastSeq))
  return part === id ? Math.max(readSeq, Math.min(seq, lastSeq)) : readSeq
}

/** The conversation with its horizons moved, or the row itself if none of them moves. */
export function withHorizons(
  row: ConversationRow,
  moved: readonly Pick<Horizon, 'id' | 'readSeq'>[],
  countUnread: () => number,
): ConversationRow {
  const horizons = new Map(moved.map(({ id, readSeq }) => [id, readSeq]))
  const at = (before: Pick<Horizon, 'id' | 'readSeq'>) => horizons.get(before.id) ?? before.readSeq
  if (horizonsOf(row).every((each) => at(each) === each.readSeq)) return row
  const parts = row.parts.map((part) => ({ ...part, readSeq: at(part) }))
  return { ...row, readSeq: at(row), parts, unreadCount: countUnread() }
}
