import type { PostgresDriver } from '../drivers.js'
import type { Executor } from '../executor.js'
import type { Names } from '../names.js'
import type { AdvisoryLock } from './advisory-lock.js'

/** What the parts of one target share. */
export interface TargetSettings {
  readonly driver: PostgresDriver
  /** For what is read beside a run. */
  readonly executor: Executor
  readonly names: Names
  readonly partitions: number | null
  readonly advisory: AdvisoryLock
  /** False leaves nothing of a run in which something failed: no ledger, no schema. */
  readonly recordsFailures: boolean
}
