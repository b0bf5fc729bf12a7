import type { OperationMark } from '../../model/planning/rows.js'
import type { Doc } from '../driver.js'
import { list, text, time } from './fields.js'

export function operationMarks(value: unknown): readonly OperationMark[] {
  return list(value).map((each) => ({ id: text(each.id), outcome: text(each.outcome) as OperationMark['outcome'], at: time(each.at) }))
}

export function operationDocument({ id, outcome, at }: OperationMark): Doc {
  return { id, outcome, at }
}
