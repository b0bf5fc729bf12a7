import { rememberedOperations } from '../limits.js'
import type { OperationMark } from './rows.js'

interface Remembering {
  readonly operations: readonly OperationMark[]
}

/** What the row keeps of an operation that it has seen; null when it has not, or no longer. */
export function rememberedOperation(row: Remembering, operationId: string): OperationMark | null {
  return row.operations.find(({ id }) => id === operationId) ?? null
}

/** The marks with one more, at most as many as a row remembers. */
export function withOperation(operations: readonly OperationMark[], mark: OperationMark): readonly OperationMark[] {
  return [...operations, mark].slice(-rememberedOperations)
}

export interface ResendStamp {
  /** The database's own clock: what marks are made and judged by. */
  readonly serverNow: Date
  readonly resentAfter: number | null
}

/**
 * Whether an operation that was sent before, and is not remembered, may have been applied all the same: when a full row of marks was made since
 * it was first sent, its own may be one that made room for them.
 */
export function mayBeForgotten(row: Remembering, { serverNow, resentAfter }: ResendStamp): boolean {
  if (resentAfter === null || row.operations.length < rememberedOperations) return false
  const firstSent = serverNow.getTime() - resentAfter
  return row.operations.every(({ at }) => at.getTime() >= firstSent)
}
