import type { OperationMark, Remembering } from '../../model/planning/rows.js'
import type { Doc } from '../driver.js'
import { list, present, text, time, timeOrNull } from './fields.js'

/** What a document remembers of the operations that it has seen. */
export function remembered(doc: Doc): Remembering {
  return { operations: operationMarks(doc.operations), droppedUntil: timeOrNull(doc.dropped_until) }
}

export function memoryFields({ operations, droppedUntil }: Remembering): Doc {
  return { operations: operations.map(({ id, outcome, at }) => ({ id, outcome, at })), ...present('dropped_until', droppedUntil) }
}

export function operationMarks(value: unknown): readonly OperationMark[] {
  return list(value).map((each) => ({ id: text(each.id), outcome: text(each.outcome) as OperationMark['outcome'], at: time(each.at) }))
}
