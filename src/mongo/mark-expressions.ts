import { rememberedOperations, rememberedOperationsMs } from '../model/limits.js'
import type { WriteStamp } from '../store/adapter.js'
import type { Doc } from './driver.js'
import { literal } from './literal.js'

/** Whether the document remembers the operation. */
export function hasSeen({ operationId }: Pick<WriteStamp, 'operationId'>): Doc {
  return { $in: [literal(operationId), { $ifNull: ['$operations.id', []] }] }
}

/**
 * The fields of a document that remembers one operation more. Marks that are too old go, and so do the oldest when
 * there are too many; `dropped_until` is then the time of the youngest that went.
 *
 * The server takes the time when the command arrives. If the command then waits for a transaction that holds the
 * document, others may write first. So no mark is older than the one before it.
 */
export function markedFields(
  { operationId }: Pick<WriteStamp, 'operationId'>,
  outcome: string,
): Record<'operations' | 'dropped_until', Doc> {
  const marks = { $ifNull: ['$operations', []] }
  const isYoung = { $gte: ['$$mark.at', { $subtract: ['$$NOW', rememberedOperationsMs] }] }
  const kept = { $slice: [{ $filter: { input: marks, as: 'mark', cond: isYoung } }, 1 - rememberedOperations] }
  const mark = { id: literal(operationId), outcome: literal(outcome), at: { $max: ['$$NOW', { $max: '$operations.at' }] } }
  const dropped = { $subtract: [{ $size: marks }, { $size: kept }] }
  const until = { $arrayElemAt: ['$operations.at', { $subtract: [dropped, 1] }] }
  return {
    operations: { $concatArrays: [kept, [mark]] },
    dropped_until: { $cond: [{ $gt: [dropped, 0] }, until, '$dropped_until'] },
  }
}
