import { refusal } from '../model/validation/refusal.js'
import type { MigrationTarget } from './kernel/target.js'

/** A target of which one can tell afterwards whether its database was there when the run first looked at it. */
export interface WatchedTarget {
  readonly target: MigrationTarget
  /** False before the first look at the ledger. */
  isNew(): boolean
}

/**
 * Looks whether the database is there, if its ledger is empty, so that one that was migrated before costs no command
 * more. With `noCreate`, the look throws VALIDATION_FAILED for one that is absent: its name may be a slip.
 */
export function watchingCreation(target: MigrationTarget, noCreate: boolean): WatchedTarget {
  let isNew: boolean | null = null
  return {
    target: {
      ...target,
      async readLedger() {
        const ledger = await target.readLedger()
        if (isNew === null) isNew = ledger.entries.length === 0 && (await target.exists?.()) === false
        if (isNew && noCreate) throw refusal(['noCreate'], `forbids to create ${target.database}, which is not there`)
        return ledger
      },
    },
    isNew: () => isNew === true,
  }
}
