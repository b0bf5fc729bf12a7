import { type Adoption, adoption } from './adoption.js'
import { byEngine } from './databases.js'
import type { MergeApplied, MergeOptions, MergePlan, MergeReverted, MergeVerified } from './merge-types.js'

/**
 * Merges the conversations of one customer in one inbox of one account. The one with the latest activity is kept, and
 * among equals the one with the greatest id.
 *
 * Each group is one transaction: the messages of the others are moved to the kept one, those whose message id it has
 * already go into the archive, its counters are recomputed, and the others go into the archive, each with the id of the
 * kept one. Nothing is deleted that is not in the archive (`conversation_store_archive`): the messages of before are
 * those of after and of the archive together. A conversation whose inbox, customer or account is missing is no double.
 *
 * `revert` brings the others back with their messages, but for those whose id is taken again; counters are recomputed.
 * A group that became one under a unique index can't be parted while that index stands: `revert` throws DUPLICATE_KEYS
 * after it has brought back what it could, and the rest stays in the archive. Revert the index first.
 *
 * Throws UNSUPPORTED on a standalone `mongod`, which has no transactions. On the store's own tables,
 * `account.mergeConversations` does this.
 */
export function mergeDuplicateConversations(options: MergeOptions): Adoption<MergePlan, MergeApplied, MergeVerified, MergeReverted> {
  const steps = byEngine(options.db, {
    mongo: (db) => import('./mongo/merge-duplicate-conversations.js').then((engine) => engine.mergeDuplicateConversations(db, options)),
    postgres: (driver) =>
      import('./postgres/merge-duplicate-conversations.js').then((engine) => engine.mergeDuplicateConversations(driver, options)),
  })
  return adoption(options, {
    plan: async () => (await steps).plan(),
    apply: async () => (await steps).apply(),
    verify: async () => (await steps).verify(),
    revert: async () => (await steps).revert(),
  })
}
