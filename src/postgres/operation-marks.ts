import { rememberedOperations } from '../model/limits.js'
import { type Fragment, raw, sql, type Value } from './sql.js'

/**
 * `operations` is a JSON array of `[operation id, outcome, milliseconds on the database's own clock]`, oldest first, of the last ones that a
 * row remembers. These are its expressions; `operations` is the column (`c.operations`), `operationId` a bound value or an expression.
 */
export function withMark(operations: Fragment, operationId: Fragment | Value, outcome: Fragment, at = databaseClock): Fragment {
  return sql`(case when ${isFull(operations)} then ${operations} - 0 else ${operations} end) || ${firstMark(operationId, outcome, at)}`
}

/** The operations of a row that has seen one. */
export function firstMark(operationId: Fragment | Value, outcome: Fragment, at = databaseClock): Fragment {
  return sql`jsonb_build_array(jsonb_build_array(${operationId}::text, ${outcome}::text, ${at}))`
}

/** The outcome that is remembered for an operation, else null. */
export function rememberedOutcome(operations: Fragment, operationId: Fragment | Value): Fragment {
  return sql`(select o.mark->>1 from jsonb_array_elements(${operations}) as o(mark) where o.mark->>0 = ${operationId}::text limit 1)`
}

/** Whether an operation may be remembered. Quick, and it takes an outcome for an id as well: true is no answer. */
export function maybeSeen(operations: Fragment, operationId: Fragment | Value): Fragment {
  return sql`${operations} @> jsonb_build_array(jsonb_build_array(${operationId}::text))`
}

/** Whether an operation is surely not remembered. As quick: false is no answer. */
export function surelyUnseen(operations: Fragment, operationId: Fragment | Value): Fragment {
  return sql`not ${maybeSeen(operations, operationId)}`
}

/** Whether an operation is not remembered. */
export function unseen(operations: Fragment, operationId: Fragment | Value): Fragment {
  return sql`(${surelyUnseen(operations, operationId)} or ${rememberedOutcome(operations, operationId)} is null)`
}

/**
 * Whether so many operations came since a call was first sent, that the call's own mark may be gone. Counted from when the statement came
 * and not from when it got the row: a wait for a lock would let marks look older than the call.
 */
export function forgotten(operations: Fragment, resentAfter: Fragment | Value, arrivedAt = arrivalClock): Fragment {
  return sql`(${isFull(operations)} and (${operations}->0->>2)::bigint >= ${arrivedAt} - ${resentAfter}::bigint)`
}

function isFull(operations: Fragment): Fragment {
  return sql`jsonb_array_length(${operations}) >= ${limit}`
}

const limit = raw(String(rememberedOperations))
/** In milliseconds, of the moment of a write, under its lock: an operation that waited must not look older than one that it waited for. */
export const databaseMilliseconds = 'floor(extract(epoch from clock_timestamp()) * 1000)::bigint'
const databaseClock = raw(databaseMilliseconds)
const arrivalClock = raw('floor(extract(epoch from statement_timestamp()) * 1000)::bigint')
