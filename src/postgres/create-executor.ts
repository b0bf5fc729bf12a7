import { refusal } from '../model/validation/refusal.js'
import { isPgClient, isPglite, isPgPool } from './drivers.js'
import type { Executor } from './executor.js'
import { createPgExecutor, type PgOptions } from './pg-executor.js'
import { createPgliteExecutor } from './pglite-executor.js'

/** Throws VALIDATION_FAILED for a `pool` that is none of the supported drivers. */
export function createExecutor(pool: unknown, options: PgOptions): Executor {
  if (isPglite(pool)) return createPgliteExecutor(pool)
  if (isPgPool(pool) || isPgClient(pool)) return createPgExecutor(pool, options)
  throw refusal(['pool'], 'must be a pg Pool, a connected pg Client or a PGlite instance')
}
