import { rememberedOperations } from '../model/limits.js'
import { sinceFirstSending } from './first-sending.js'
import { type Fragment, raw, sql, type Value } from './sql.js'

/**
 * `operations` is a JSON array of the last operations that a row remembers, oldest first. Each is an array `[operation
 * id, outcome, milliseconds on the database's own clock]`. The functions here make the expressions that read and write
 * it. Their `operations` is the column (`c.operations`), and their `operationId` is a bound value or an expression.
 */
export function withMark(operations: Fragment, operationId: Fragment | Value, outcome: Fragment, at = databaseClock): Fragment {
  return sql`(case when ${isFull(operations)} then ${operations} - 0 else ${operations} end) || ${firstMark(operationId, outcome, at)}`
}

/** The `operations` of a row that has seen one operation. */
export function firstMark(operationId: Fragment | Value, outcome: Fragment, at = databaseClock): Fragment {
  return sql`jsonb_build_array(jsonb_build_array(${operationId}::text, ${outcome}::text, ${at}))`
}

/** The marks with another outcome for an operation that is among them. */
export function withOutcome(operations: Fragment, operationId: Fragment | Value, outcome: Fragment): Fragment {
  return sql`(select jsonb_agg(case when o.mark->>0 = ${operationId}::text then jsonb_set(o.mark, '{1}', to_jsonb(${outcome}::text)) else o.mark end order by o.n)
    from jsonb_array_elements(${operations}) with ordinality as o(mark, n))`
}

/** The outcome that is remembered for an operation, or null if there is none. */
export function rememberedOutcome(operations: Fragment, operationId: Fragment | Value): Fragment {
  return sql`(select o.mark->>1 from jsonb_array_elements(${operations}) as o(mark) where o.mark->>0 = ${operationId}::text limit 1)`
}

/**
 * Whether an operation may be remembered. The test is quick, but it also finds an outcome that is equal to the id. A
 * true is therefore not certain, and a false is.
 */
export function maybeSeen(operations: Fragment, operationId: Fragment | Value): Fragment {
  return sql`${operations} @> jsonb_build_array(jsonb_build_array(${operationId}::text))`
}

/** Whether an operation is certainly not remembered. The test is quick too: a true is certain, and a false is not. */
export function surelyUnseen(operations: Fragment, operationId: Fragment | Value): Fragment {
  return sql`not ${maybeSeen(operations, operationId)}`
}

/**
 * Whether an operation is not remembered. The exact test is a JSON path and not a subquery, because PostgreSQL would
 * set up a subquery even for the rows where the quick test is enough.
 */
export function unseen(operations: Fragment, operationId: Fragment | Value): Fragment {
  return sql`(${surelyUnseen(operations, operationId)}
      or not jsonb_path_exists(${operations}, '$[*][0] ? (@ == $id)', jsonb_build_object('id', ${operationId}::text)))`
}

/**
 * Whether so many operations came since a call was first sent that the row may have dropped the call's own mark. The
 * time since the first sending is counted back from when the statement arrived and not from when it got the row's lock,
 * because marks that were written during a wait for the lock would then look older than the call.
 */
export function forgotten(operations: Fragment, resentAfter: Fragment, arrivedAt = arrivalClock): Fragment {
  return sql`(${isFull(operations)} and (${operations}->0->>2)::bigint >= ${arrivedAt} - ${resentAfter})`
}

/** Whether the row may have forgotten a call, which it can only have if the call was sent before. */
export function forgottenSince(operations: Fragment, firstSentAt: number | null): Fragment {
  return firstSentAt === null ? raw('false') : forgotten(operations, sinceFirstSending(firstSentAt))
}

function isFull(operations: Fragment): Fragment {
  return sql`jsonb_array_length(${operations}) >= ${limit}`
}

const limit = raw(String(rememberedOperations))
/**
 * Milliseconds on the database's clock at the moment of a write, which holds the row's lock. The statement's start
 * would not do, because an operation that waited must not look older than the one that it waited for.
 */
export const databaseMilliseconds = 'floor(extract(epoch from clock_timestamp()) * 1000)::bigint'
const databaseClock = raw(databaseMilliseconds)
const arrivalClock = raw('floor(extract(epoch from statement_timestamp()) * 1000)::bigint')
