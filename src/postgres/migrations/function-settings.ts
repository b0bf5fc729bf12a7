/**
 * What every function of ours pins. The search path, because a caller's could put other functions in the way. The planner: planned once a
 * session, for planning costs more than running, and with no reading of whole tables: the statements reach every table by key, in laterals
 * of one row or by `= any (array(…))`, so that the plan that an empty table gets is still the right one with a million rows in it.
 */
export const functionSettings = `security invoker set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan set jit = off set enable_seqscan = off`

/** For functions of one expression. They pin no planner, for they have nothing to plan. */
export const expressionSettings = 'security invoker set search_path = pg_catalog, pg_temp'

/** For functions that only such a function calls: they run under its settings, and setting them again would cost each call. */
export const innerFunctionSettings = 'security invoker set search_path = pg_catalog, pg_temp'
