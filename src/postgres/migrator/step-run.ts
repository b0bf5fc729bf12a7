import type { RunContext } from '../../migrator/kernel/target.js'
import type { RunnablePostgresMigration } from './migration.js'
import type { RunLock } from './run-lock.js'
import type { TargetSettings } from './target-settings.js'

/** What the steps of a migration need to run. */
export interface StepRun {
  readonly lock: RunLock
  readonly settings: TargetSettings
  readonly migration: RunnablePostgresMigration
  readonly context: RunContext
}

/** What runs once the intent of a migration is written: all its steps, in order. */
export type Work = (run: StepRun, done: readonly string[], begin: (step: string) => void) => Promise<void>
