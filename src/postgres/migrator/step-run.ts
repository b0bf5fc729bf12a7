import type { RunContext } from '../../migrator/kernel/target.js'
import type { RunnablePostgresMigration } from './migration.js'
import type { RunLock } from './run-lock.js'
import type { TargetSettings } from './target-settings.js'

/** What the steps of one migration run with. */
export interface StepRun {
  readonly lock: RunLock
  readonly settings: TargetSettings
  readonly migration: RunnablePostgresMigration
  readonly context: RunContext
}
