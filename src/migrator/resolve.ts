import { thisProcess } from '../store/this-process.js'
import type { Doing } from './database-failure.js'
import { type Done, reporting, type Watch } from './database-reports.js'
import { baselineTarget, type ChangeMode, resolveTarget } from './kernel/change-ledger.js'
import type { Migration } from './kernel/migration.js'
import type { TargetOutcome, TargetRun } from './kernel/run-target.js'
import type { MigrationTarget } from './kernel/target.js'
import type { BaselineOptions, MigrateReport, ResolveOptions } from './migrator.js'
import type { MigratorContext } from './migrator-context.js'
import { overDatabases } from './over-databases.js'
import { flagsOf, requireOptions, selectionOf, targetRun } from './run-options.js'
import { countStates, verdictOf } from './verdict.js'

type Change = (target: MigrationTarget, run: TargetRun<Migration>, mode: ChangeMode) => Promise<TargetOutcome>

export function resolve(context: MigratorContext, options: ResolveOptions): Promise<MigrateReport> {
  const { migration, as, by = thisProcess() } = options
  const again = { command: `resolve ${migration}`, flags: [`--${as}`] } as const
  return changeLedgers(context, options, again, (target, run, mode) => resolveTarget(target, run, { migration, as, by }, mode))
}

export function baseline(context: MigratorContext, options: BaselineOptions): Promise<MigrateReport> {
  const { to, by = thisProcess() } = options
  const again = { command: 'baseline', flags: flagsOf(options) } as const
  return changeLedgers(context, options, again, (target, run, mode) => baselineTarget(target, run, { to, by }, mode))
}

async function changeLedgers(
  context: MigratorContext,
  options: ResolveOptions | BaselineOptions,
  again: Pick<Doing, 'command' | 'flags'>,
  change: Change,
): Promise<MigrateReport> {
  const { databases, logger } = context
  const { dryRun = false } = options
  const numbers = requireOptions(options)
  const run = targetRun(numbers, options, logger, selectionOf(databases, options))
  const work = reporting(context, again, options.onProgress, async (target: MigrationTarget, watch: Watch): Promise<Done> => {
    const { applied } = await change(target, { ...run, ...watch }, { dryRun })
    return { state: applied.length === 0 ? 'up-to-date' : dryRun ? 'pending' : 'applied', migrations: applied }
  })
  const reports = await overDatabases(databases, options, numbers, work)
  return { ...reports, dryRun, verdict: verdictOf(reports), counts: countStates(reports) }
}
