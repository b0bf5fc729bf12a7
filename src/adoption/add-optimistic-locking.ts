import { ConversationStoreError } from '../model/errors.js'
import { type Adoption, adoption } from './adoption.js'
import { byEngine } from './databases.js'
import type { LockingApplied, LockingOptions, LockingPlan, LockingReverted, LockingVerified } from './locking-types.js'

/**
 * Gives a host's conversations a `version`, by which writers see that another one was faster, and its events two unique
 * indexes, so that an event that comes twice is there once. Beside them it makes the locks of syncs: the functions and
 * views of the store, by the store's own texts, in the schema of the host's tables.
 *
 * The column is added without rewriting the table, and the indexes are built concurrently. An event that an earlier one
 * has the key of goes into `conversation_store_archive` first. What is there already is left as it is. What was made is
 * marked by a comment, and `revert` drops that alone: the sync's objects, the indexes and the column. Conversations
 * stay, and archived events come back.
 *
 * Throws VALIDATION_FAILED for a column `version` of another type, SCHEMA_CHANGE_BLOCKED, and UNSUPPORTED on MongoDB,
 * where the store itself keeps versions.
 */
export function addOptimisticLocking(options: LockingOptions): Adoption<LockingPlan, LockingApplied, LockingVerified, LockingReverted> {
  const steps = byEngine(options.db, {
    mongo: () => {
      throw new ConversationStoreError('UNSUPPORTED', { operation: 'to add optimistic locking', needs: 'PostgreSQL' })
    },
    postgres: (driver) => import('./postgres/add-optimistic-locking.js').then((engine) => engine.addOptimisticLocking(driver, options)),
  })
  return adoption(options, {
    plan: async () => (await steps).plan(),
    apply: async () => (await steps).apply(),
    verify: async () => (await steps).verify(),
    revert: async () => (await steps).revert(),
  })
}
