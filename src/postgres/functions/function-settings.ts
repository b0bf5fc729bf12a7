/**
 * What every function of ours pins. The search path, because a caller's could put other functions in the way. The
 * planner: planned once a session, for planning costs more than running, and with no reading of whole tables: the
 * statements reach every table by key, in laterals of one row or by `= any (array(…))`, so that the plan that an empty
 * table gets is still the right one with a million rows in it. What a statement has itself, it joins by hashing: nested
 * loops are for look-ups, which know no other way.
 */
export const functionSettings = `security invoker set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan set jit = off set enable_seqscan = off set enable_mergejoin = off set enable_nestloop = off`

/** For functions of one expression. They pin no planner, for they have nothing to plan. */
export const expressionSettings = 'security invoker set search_path = pg_catalog, pg_temp'

/**
 * For functions that only such a function calls: they run under its settings, and setting them again would cost each
 * call.
 */
export const innerFunctionSettings = 'security invoker set search_path = pg_catalog, pg_temp'

/**
 * A column for the join of rows that `= any (array(…))` has found with what they were looked up for. As it stands it
 * would become a second key of the look-up, which then runs once for each of those rows with the whole array.
 */
export function byValue(column: string): string {
  return `(${column} || '')`
}
