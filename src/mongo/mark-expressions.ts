import { rememberedOperations, rememberedOperationsMs } from '../model/limits.js'
import type { WriteStamp } from '../store/adapter.js'
import type { Doc } from './driver.js'
import { literal } from './literal.js'

/** Whether the document remembers the operation. */
export function hasSeen({ operationId }: Pick<WriteStamp, 'operationId'>): Doc {
  return { $in: [literal(operationId), { $ifNull: ['$operations.id', []] }] }
}

const marks = { $ifNull: ['$operations', []] }
const young = { $filter: { input: marks, as: 'mark', cond: { $gte: ['$$mark.at', '$$since'] } } }
const newest = (from: Doc) => ({ $slice: [from, 1 - rememberedOperations] })

/**
 * The marks that stay in a document that gets one more: none that is too old, and not too many. They stand in the order
 * of their times, so nothing has to be gone through if the first of them is young.
 */
export const keptMarks: Doc = {
  $let: {
    vars: { since: { $subtract: ['$$NOW', rememberedOperationsMs] } },
    in: { $cond: [{ $gte: [{ $first: '$operations.at' }, '$$since'] }, newest(marks), newest(young)] },
  },
}

/**
 * The fields of a document that remembers one operation more, beside the marks in `kept`. If any others go,
 * `dropped_until` is the time of the youngest of them.
 *
 * The server takes the time when the command arrives. If the command then waits for a transaction that holds the
 * document, others may write first. So no mark is older than the one before it.
 */
export function markedFields(
  { operationId }: Pick<WriteStamp, 'operationId'>,
  outcome: string,
  kept: Doc | string,
): Record<'operations' | 'dropped_until', Doc> {
  const mark = { id: literal(operationId), outcome: literal(outcome), at: { $max: ['$$NOW', { $max: '$operations.at' }] } }
  const until = { $arrayElemAt: ['$operations.at', { $subtract: ['$$gone', 1] }] }
  return {
    operations: { $concatArrays: [kept, [mark]] },
    dropped_until: {
      $let: {
        vars: { gone: { $subtract: [{ $size: marks }, { $size: kept }] } },
        in: { $cond: [{ $gt: ['$$gone', 0] }, until, '$dropped_until'] },
      },
    },
  }
}
