import { compareBytes } from '../model/planning/byte-order.js'
import type { PageRequest } from '../store/adapter.js'

/** Sorts rows by a time and then by an id, the newest first, and leaves out those that come no later than `after`. */
export function newestFirst<Row>(
  rows: readonly Row[],
  after: PageRequest['after'],
  keysOf: (row: Row) => readonly [time: Date, id: string],
): readonly Row[] {
  const sorted = [...rows].sort((a, b) => {
    const [[timeA, idA], [timeB, idB]] = [keysOf(a), keysOf(b)]
    return timeB.getTime() - timeA.getTime() || compareBytes(idB, idA)
  })
  if (after === null) return sorted
  const [afterTime, afterId] = after
  return sorted.filter((row) => {
    const [time, id] = keysOf(row)
    const later = time.getTime() - Number(afterTime)
    return later < 0 || (later === 0 && compareBytes(id, String(afterId)) < 0)
  })
}
