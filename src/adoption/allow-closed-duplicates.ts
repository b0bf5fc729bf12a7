import { type Adoption, adoption } from './adoption.js'
import type { AllowClosedOptions, AllowClosedPlan, AllowClosedVerified } from './allow-closed-types.js'
import { byEngine } from './databases.js'

/**
 * Lets closed conversations of a customer repeat, in a table that has a column for the connection of each channel, and
 * a unique index over each of them and the customer. Afterwards the database forbids a second active one alone.
 *
 * There is no moment in which a second active conversation could be opened: the new unique index stands before the old
 * one is dropped. All indexes are built and dropped beside live writers. `explain` proves that the look-up of the
 * active conversation uses an index.
 *
 * Throws UNSUPPORTED on MongoDB, where `swapUniqueIndex` does it, VALIDATION_FAILED for a column that is not there,
 * INDEX_CONFLICT for another index under a new name, and SCHEMA_CHANGE_BLOCKED. `revert` throws DUPLICATE_KEYS, and
 * lists them, while a customer has several conversations. It leaves the index over the status and the activity.
 */
export function allowClosedDuplicates(
  options: AllowClosedOptions,
): Adoption<AllowClosedPlan, AllowClosedVerified, AllowClosedVerified, AllowClosedVerified> {
  const steps = byEngine(options.db, {
    mongo: () => import('./mongo/allow-closed-duplicates.js').then((engine) => engine.allowClosedDuplicates()),
    postgres: (driver) => import('./postgres/allow-closed-duplicates.js').then((engine) => engine.allowClosedDuplicates(driver, options)),
  })
  return adoption(options, {
    plan: async () => (await steps).plan(),
    apply: async () => (await steps).apply(),
    verify: async () => (await steps).verify(),
    revert: async () => (await steps).revert(),
  })
}
