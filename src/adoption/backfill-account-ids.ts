import { type Adoption, adoption } from './adoption.js'
import type { BackfillApplied, BackfillOptions, BackfillPlan, BackfillReverted, BackfillVerified } from './backfill-types.js'
import { byEngine } from './databases.js'
import { requireConfirmed } from './orphans.js'

/**
 * Gives each conversation without an account (missing or null) that of its integration.
 *
 * A write names what it found: no account, and the `oaId` by which the account was looked up. A value that somebody
 * else set meanwhile is therefore kept. The account keeps its type. The order is that of the ids, whatever their types,
 * and a place that was reached is remembered together with its batch; conversations that come behind that place are
 * found by another round.
 *
 * Writers should set the account themselves before this is applied, because a conversation that is opened without one
 * after the last round stays without.
 */
export function backfillAccountIds(options: BackfillOptions): Adoption<BackfillPlan, BackfillApplied, BackfillVerified, BackfillReverted> {
  requireConfirmed(options.orphans ?? { policy: 'report' })
  const steps = byEngine(options.db, {
    mongo: (db) => import('./mongo/backfill-account-ids.js').then((engine) => engine.backfillAccountIds(db, options)),
    postgres: (driver) => import('./postgres/backfill-account-ids.js').then((engine) => engine.backfillAccountIds(driver, options)),
  })
  return adoption(options, {
    plan: async () => (await steps).plan(),
    apply: async () => (await steps).apply(),
    verify: async () => (await steps).verify(),
    revert: async () => (await steps).revert(),
  })
}
