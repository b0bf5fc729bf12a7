import { rememberedOperations, rememberedOperationsMs } from '../model/limits.js'
import { sinceFirstSending } from './first-sending.js'
import { type Fragment, raw, sql, type Value } from './sql.js'

/**
 * `operations` is a `bigint[]` of the operations that a row remembers. First comes the time of the youngest mark that
 * was dropped (0 for none), and then two numbers for each mark, oldest first: the operation's key, and eight times the
 * milliseconds on the database's own clock, plus the outcome's place in `outcomes`. No mark has a time before that of
 * the mark in front of it. Keys are negative, so that no time is taken for one.
 *
 * The functions here make the expressions that read and write it. Their `operations` is the column (`c.operations`),
 * and their `operationId` is a bound value or an expression.
 */
const outcomes = ['created', 'updated', 'reopened', 'adopted', 'merged'] as const

/** The `operations` of a row that remembers nothing, as a literal. */
export const noMarks = "'{0}'::bigint[]"

/**
 * The row's marks with one more. What is too old goes, and so does the oldest when there are too many. A row that was
 * left alone for long drops all at once; otherwise at most two marks go with each that comes, which takes no subquery.
 */
export function withMark(operations: Fragment, operationId: Fragment | Value, outcome: Fragment, at = databaseClock): Fragment {
  const numbers = sql`coalesce(array_length(${operations}, 1), 0)`
  const isOld = (numbered: Fragment) => sql`${operations}[${numbered}] >> 3 < ${at} - ${raw(String(rememberedOperationsMs))}`
  const without = (marks: number) =>
    sql`(${operations}[${raw(String(1 + 2 * marks))}] >> 3) || ${operations}[${raw(String(2 + 2 * marks))}:]`
  return sql`case when ${numbers} < 3 then ${operations}
      when ${isOld(numbers)} then array[${operations}[${numbers}] >> 3]
      when ${isOld(raw('5'))} then ${without(2)}
      when ${isOld(raw('3'))} or ${numbers} > ${raw(String(2 * rememberedOperations))} then ${without(1)}
      else ${operations} end || array[${keyOf(operationId)}, ${timed(sql`greatest(${at}, ${operations}[${numbers}] >> 3)`, outcome)}]`
}

/**
 * The `operations` of a row that has seen one operation. `forgottenUntil` are the milliseconds until which it answers
 * for what another row may have forgotten.
 */
export function firstMark(operationId: Fragment | Value, outcome: Fragment, at = databaseClock, forgottenUntil = raw('0')): Fragment {
  return sql`array[${forgottenUntil}, ${keyOf(operationId)}, ${timed(at, outcome)}]`
}

/** The marks with another outcome for an operation that is among them. */
export function withOutcome(operations: Fragment, operationId: Fragment | Value, outcome: Fragment): Fragment {
  const changed = timed(sql`${operations}[m.place + 1] >> 3`, outcome)
  return sql`(select case when m.place is null then ${operations} else ${operations}[:m.place] || (${changed}) || ${operations}[m.place + 2:] end
    from (select array_position(${operations}, ${keyOf(operationId)})) m(place))`
}

/** The outcome that is remembered for an operation, or null if there is none. */
export function rememberedOutcome(operations: Fragment, operationId: Fragment | Value): Fragment {
  const mark = sql`${operations}[array_position(${operations}, ${keyOf(operationId)}) + 1]`
  return sql`(${raw(`array['${outcomes.join("', '")}']`)})[(${mark} & 7)::integer]`
}

/** Whether an operation is remembered. */
export function seen(operations: Fragment, operationId: Fragment | Value): Fragment {
  return sql`(${keyOf(operationId)} = any (${operations}))`
}

/** Whether an operation is not remembered. */
export function unseen(operations: Fragment, operationId: Fragment | Value): Fragment {
  return sql`(not ${seen(operations, operationId)})`
}

/** The milliseconds at which the youngest mark was made. */
export function lastMarkedAt(operations: Fragment): Fragment {
  return sql`(${operations}[array_length(${operations}, 1)] >> 3)`
}

/**
 * Whether a mark was dropped since a call was first sent, so that the call's own may have been dropped. The time since
 * the first sending is counted back from when the statement arrived and not from when it got the row's lock, because
 * marks that were written during a wait for the lock would then look older than the call.
 */
export function forgotten(operations: Fragment, resentAfter: Fragment, arrivedAt = arrivalClock): Fragment {
  return sql`coalesce(${operations}[1] >= ${arrivedAt} - ${resentAfter}, false)`
}

/** Whether the row may have forgotten a call, which it can only have if the call was sent before. */
export function forgottenSince(operations: Fragment, firstSentAt: number | null): Fragment {
  return firstSentAt === null ? raw('false') : forgotten(operations, sinceFirstSending(firstSentAt))
}

/** The hash of an operation's id, with its sign bit set. */
function keyOf(operationId: Fragment | Value): Fragment {
  return sql`(hashtextextended(${operationId}::text, 0) | (-9223372036854775808))`
}

function timed(at: Fragment, outcome: Fragment): Fragment {
  const places = outcomes.map((each, index) => `when '${each}' then ${index + 1}`).join(' ')
  return sql`((${at}) << 3) + case ${outcome} ${raw(places)} end`
}

/**
 * Milliseconds on the database's clock at the moment of a write, which holds the row's lock. The statement's start
 * would not do, because an operation that waited must not look older than the one that it waited for.
 */
export const databaseMilliseconds = 'floor(extract(epoch from clock_timestamp()) * 1000)::bigint'
const databaseClock = raw(databaseMilliseconds)
const arrivalClock = raw('floor(extract(epoch from statement_timestamp()) * 1000)::bigint')
