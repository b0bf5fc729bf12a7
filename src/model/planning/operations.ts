import { rememberedOperations, rememberedOperationsMs } from '../limits.js'
import type { OperationMark, Remembering } from './rows.js'

/** The mark of an operation that the row remembers. Null when the row has not seen it, or no longer remembers it. */
export function rememberedOperation(row: Pick<Remembering, 'operations'>, operationId: string): OperationMark | null {
  return row.operations.find(({ id }) => id === operationId) ?? null
}

/**
 * What a row remembers once it has seen its first operation. Beside an earlier row of the same customer it answers for
 * what that one may have forgotten by the time at which it is asked. That one sees no further call that names the
 * customer and not the row.
 */
export function firstMark(mark: OperationMark, earlier: Remembering | null = null): Remembering {
  return { operations: [mark], droppedUntil: earlier?.operations.at(-1)?.at ?? earlier?.droppedUntil ?? null }
}

/**
 * What a row remembers with one mark more. Marks that are too old go, and so do the oldest when there are too many. A
 * mark is no earlier than the one before it, even if the clock stepped back: otherwise a call that is sent again could
 * take the marks that pushed out its own for older than its first sending.
 */
export function withOperation({ operations, droppedUntil }: Remembering, mark: OperationMark): Remembering {
  const last = operations.at(-1)
  const at = last !== undefined && last.at > mark.at ? last.at : mark.at
  const oldest = at.getTime() - rememberedOperationsMs
  const kept = operations.filter((each) => each.at.getTime() >= oldest).slice(1 - rememberedOperations)
  const dropped = operations.at(-1 - kept.length)
  return { operations: [...kept, { ...mark, at }], droppedUntil: dropped?.at ?? droppedUntil }
}

/** What one row remembers for two. Where there are too many marks, the oldest of both go. */
export function joinedMemory(a: Remembering, b: Remembering): Remembering {
  const all = [...a.operations, ...b.operations].toSorted((x, y) => x.at.getTime() - y.at.getTime())
  const operations = all.slice(-rememberedOperations)
  const dropped = [a.droppedUntil, b.droppedUntil, all.at(-1 - operations.length)?.at ?? null].filter((at) => at !== null)
  return { operations, droppedUntil: dropped.toSorted((x, y) => x.getTime() - y.getTime()).at(-1) ?? null }
}

/**
 * What a row remembers once it is taken out of one that held it. A call by its id may have changed the other row since,
 * which keeps that call's mark. So this row answers as if it had dropped the marks of both.
 */
export function answeringFor(own: Remembering, other: Remembering): Remembering {
  const until = other.operations.at(-1)?.at ?? other.droppedUntil
  const isLater = until !== null && (own.droppedUntil === null || until > own.droppedUntil)
  return { operations: own.operations, droppedUntil: isLater ? until : own.droppedUntil }
}

export interface ResendStamp {
  /** The time of the database's own clock, by which marks are made and judged. */
  readonly serverNow: Date
  readonly resentAfter: number | null
}

/**
 * Whether an operation that was sent before and is not remembered may have been applied all the same: a mark was
 * dropped that was made since the operation was first sent, and it may have been the operation's own.
 */
export function mayBeForgotten({ droppedUntil }: Remembering, { serverNow, resentAfter }: ResendStamp): boolean {
  return resentAfter !== null && droppedUntil !== null && droppedUntil.getTime() >= serverNow.getTime() - resentAfter
}
