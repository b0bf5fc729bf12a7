import type { Ticks } from '../../migrator/kernel/index-build.js'
import type { PostgresDriver } from '../drivers.js'
import type { Executor } from '../executor.js'
import type { Names } from '../names.js'
import type { AdvisoryLock } from './advisory-lock.js'
import type { RunnablePostgresMigration } from './migration.js'

/** The settings that the parts of one target share. */
export interface TargetSettings {
  readonly driver: PostgresDriver
  /** Runs the reads that happen outside a run. */
  readonly executor: Executor
  readonly names: Names
  readonly partitions: number | null
  /** All migrations of the target, in order. */
  readonly migrations: readonly RunnablePostgresMigration[]
  readonly advisory: AdvisoryLock
  /** False leaves nothing of a run in which something failed: no ledger and no schema. */
  readonly recordsFailures: boolean
  /** When to look how far the build of an index is. */
  readonly ticks: Ticks
}
