/**
 * The settings that every function of the store pins. The search path is pinned because a caller's path could put other
 * functions in the way. The planner plans once per session, because planning costs more than running. It may not read
 * whole tables: the statements reach every table by key, in laterals of one row or by `= any (array(…))`, so that the
 * plan that an empty table gets is still right for a million rows. Rows that a statement already has are joined by
 * hashing. Nested loops are only for look-ups, which can't be done in any other way.
 */
export const functionSettings = `security invoker set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan set jit = off set enable_seqscan = off set enable_mergejoin = off set enable_nestloop = off`

/** For functions of one expression. They pin no planner settings, because there is nothing to plan. */
export const expressionSettings = 'security invoker set search_path = pg_catalog, pg_temp'

/**
 * For functions that only a function with `functionSettings` calls. They run under its settings, and setting those
 * again would cost time in each call.
 */
export const innerFunctionSettings = 'security invoker set search_path = pg_catalog, pg_temp'

/**
 * Hides a column from the planner, for a join of the rows that `= any (array(…))` has found with the values that were
 * looked up. The bare column would become a second key of the look-up, which would then run once for each of those
 * values with the whole array.
 */
export function byValue(column: string): string {
  return `(${column} || '')`
}
