import { type Adoption, adoption } from './adoption.js'
import { byEngine } from './databases.js'
import type { SwapOptions, SwapPlan, SwapVerified } from './swap-types.js'

/**
 * Replaces the unique index over inbox and customer by one that has the account in it, and that lets closed
 * conversations repeat.
 *
 * There is no moment without a unique index where there was one, and no further double from the first statement on:
 * the new index stands before the old one is dropped. Where doubles are in its way, MongoDB refuses new ones by
 * `prepareUnique`, and PostgreSQL by an index over all rows but the marked doubles and a trigger. Writers then get the
 * errors that a unique index gives (11000, 23505).
 *
 * Throws UNSUPPORTED for MongoDB older than 6.0, INDEX_CONFLICT for another index under the new name, and
 * SCHEMA_CHANGE_BLOCKED. `revert` makes the unique indexes again that were dropped, as they were, and then drops the
 * new one. It throws DUPLICATE_KEYS, and lists them, while several conversations have a key of those.
 */
export function swapUniqueIndex(options: SwapOptions): Adoption<SwapPlan, SwapVerified, SwapVerified, SwapVerified> {
  const steps = byEngine(options.db, {
    mongo: (db) => import('./mongo/swap-unique-index.js').then((engine) => engine.swapUniqueIndex(db, options)),
    postgres: (driver) => import('./postgres/swap-unique-index.js').then((engine) => engine.swapUniqueIndex(driver, options)),
  })
  return adoption(options, {
    plan: async () => (await steps).plan(),
    apply: async () => (await steps).apply(),
    verify: async () => (await steps).verify(),
    revert: async () => (await steps).revert(),
  })
}
