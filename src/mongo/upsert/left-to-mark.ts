import type { Watermark } from '../../model/planning/rows.js'
import { time } from '../documents/fields.js'
import type { Doc } from '../driver.js'

/**
 * The most messages that one transaction marks for a watermark. Those that were sent before them are marked by further
 * transactions, each of which marks as many.
 */
export const markedAtOnce = 1_000

/**
 * A watermark that has not marked all of its messages yet. The contact inbox keeps it in `left_to_mark` until it has.
 */
export interface LeftToMark extends Watermark {
  readonly contactInboxId: string
  readonly status: 'delivered' | 'read'
}

/** What a contact inbox has left to mark, in the order in which the watermarks came. */
export function leftToMark(doc: Doc | null): readonly LeftToMark[] {
  const left = (doc?.left_to_mark ?? []) as Doc[]
  return left.map(({ status, up_to, at }) => ({
    contactInboxId: String(doc?._id),
    status: status === 'read' ? 'read' : 'delivered',
    upTo: time(up_to),
    at: time(at),
  }))
}

export function leftToMarkDocuments(left: readonly LeftToMark[]): readonly Doc[] {
  return left.map(({ status, upTo, at }) => ({ status, up_to: upTo, at }))
}
