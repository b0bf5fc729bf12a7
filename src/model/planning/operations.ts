import { rememberedOperations } from '../limits.js'
import type { OperationMark } from './rows.js'

interface Remembering {
  readonly operations: readonly OperationMark[]
}

/** The mark of an operation that the row remembers. Null when the row has not seen it, or no longer remembers it. */
export function rememberedOperation(row: Remembering, operationId: string): OperationMark | null {
  return row.operations.find(({ id }) => id === operationId) ?? null
}

/**
 * The marks with one more. The oldest go when there are more than a row remembers. A mark is no earlier than the one
 * before it, even if the clock stepped back: otherwise a call that is sent again could take the marks that pushed out
 * its own for older than its first sending.
 */
export function withOperation(operations: readonly OperationMark[], mark: OperationMark): readonly OperationMark[] {
  const last = operations.at(-1)
  const at = last !== undefined && last.at > mark.at ? last.at : mark.at
  return [...operations, { ...mark, at }].slice(-rememberedOperations)
}

export interface ResendStamp {
  /** The time of the database's own clock, by which marks are made and judged. */
  readonly serverNow: Date
  readonly resentAfter: number | null
}

/**
 * Whether an operation that was sent before and is not remembered may have been applied all the same. That is so when
 * all the marks that the row can hold were made since the operation was first sent: its own mark may be one of those
 * that they pushed out.
 */
export function mayBeForgotten(row: Remembering, { serverNow, resentAfter }: ResendStamp): boolean {
  if (resentAfter === null || row.operations.length < rememberedOperations) return false
  const firstSent = serverNow.getTime() - resentAfter
  return row.operations.every(({ at }) => at.getTime() >= firstSent)
}
