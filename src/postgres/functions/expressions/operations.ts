import type { Names } from '../../names.js'
import {
  databaseMilliseconds,
  firstMark,
  forgotten,
  lastMarkedAt,
  rememberedOutcome,
  seen,
  unseen,
  withMark,
  withOutcome,
} from '../../operation-marks.js'
import { raw, textOf } from '../../sql.js'

/** The expressions of operation-marks.ts as texts, for the bodies of functions. */
export const marks = {
  with: (operations: string, operationId: string, outcome: string, at = databaseMilliseconds) =>
    textOf(withMark(raw(operations), raw(operationId), raw(outcome), raw(at))),
  first: (operationId: string, outcome: string, at = databaseMilliseconds, forgottenUntil = '0') =>
    textOf(firstMark(raw(operationId), raw(outcome), raw(at), raw(forgottenUntil))),
  lastAt: (operations: string) => textOf(lastMarkedAt(raw(operations))),
  withOutcome: (operations: string, operationId: string, outcome: string) =>
    textOf(withOutcome(raw(operations), raw(operationId), raw(outcome))),
  outcome: (operations: string, operationId: string) => textOf(rememberedOutcome(raw(operations), raw(operationId))),
  seen: (operations: string, operationId: string) => textOf(seen(raw(operations), raw(operationId))),
  unseen: (operations: string, operationId: string) => textOf(unseen(raw(operations), raw(operationId))),
  forgotten: (operations: string, resentAfter: string, arrivedAt?: string) =>
    textOf(forgotten(raw(operations), raw(resentAfter), arrivedAt === undefined ? undefined : raw(arrivedAt))),
} as const

/**
 * The operation id of the item at `ord`: its own id, or otherwise the call's, to which a bulk appends the item's place.
 */
export function operationOfItem(given: string, call: string, isBulk: string, ord: string): string {
  return `coalesce(${given}, ${call} || case when ${isBulk} then '.' || ${ord} else '' end)`
}

/**
 * The assignments of a change to `conversation` that counts once for an operation, however many of its events change
 * the conversation. A null operation leaves the version and the time to the caller, because what one event changes,
 * another one may take back. What the operation itself has opened keeps its time, which may lie after the call's.
 */
export function markedOnce({ fn }: Names, conversation: string): string {
  const isFirst = `(p_operation is not null and ${marks.unseen(`${conversation}.operations`, 'p_operation')})`
  return `version = ${conversation}.version + ${isFirst}::integer,
    updated_at = case when ${isFirst} then p_now else ${conversation}.updated_at end,
    operations = ${fn('with_operation')}(${conversation}.operations, p_operation, 'updated', p_server_ms)`
}
