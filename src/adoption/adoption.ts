import { conflictsDuring } from './index-conflicts.js'
import type { AdoptionOptions } from './options.js'

/**
 * One change of a host's existing database, in the four steps that every helper has.
 *
 * `apply` may be killed at any moment, and run again: it goes on where it was, and ends as if it had not been killed.
 * It may run beside live writers and beside other processes that apply the same, of which one works at a time.
 */
export interface Adoption<Plan, Applied, Verified, Reverted> {
  /** Reads what `apply` would do. Writes nothing, and takes no lock. */
  plan(): Promise<Plan>
  /**
   * Does it. Throws MIGRATION_LOCKED while another process does it and `lockWaitMs` are over, LEASE_LOST when another
   * took over, ABORTED, and the database's errors.
   */
  apply(): Promise<Applied>
  /** Reads whether it is done. Writes nothing. */
  verify(): Promise<Verified>
  /** The way back. Throws UNSUPPORTED where only a backup leads back, and names the command that restores it. */
  revert(): Promise<Reverted>
  /** Plans, and with the option `apply` applies and verifies too. */
  run(): Promise<AdoptionRun<Plan, Applied, Verified>>
}

/** What `run` did. `applied` and `verified` are null if it only planned. */
export interface AdoptionRun<Plan, Applied, Verified> {
  readonly plan: Plan
  readonly applied: Applied | null
  readonly verified: Verified | null
}

/** Makes the helper of its steps. */
export function adoption<P, A, V, R>(
  { apply = false }: Pick<AdoptionOptions, 'apply'>,
  steps: Omit<Adoption<P, A, V, R>, 'run'>,
): Adoption<P, A, V, R> {
  const applying = () => conflictsDuring('apply', steps.apply)
  return {
    ...steps,
    apply: applying,
    revert: () => conflictsDuring('revert', steps.revert),
    async run() {
      const plan = await steps.plan()
      if (!apply) return { plan, applied: null, verified: null }
      const applied = await applying()
      return { plan, applied, verified: await steps.verify() }
    },
  }
}
