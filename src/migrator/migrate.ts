import { refuseServingRoles } from '../store/refuse-serving-roles.js'
import { watchingCreation } from './creation.js'
import { type Done, rememberingFailures, reporting, type Watch } from './database-reports.js'
import { listingFailuresOnce } from './failures-once.js'
import { migrateTarget, previewTarget } from './kernel/run-target.js'
import type { MigrationTarget } from './kernel/target.js'
import type { DatabaseReport, MigrateOptions, MigrateReport } from './migrator.js'
import type { MigratorContext } from './migrator-context.js'
import { overDatabases } from './over-databases.js'
import { flagsOf, requireOptions, selectionOf, targetRun } from './run-options.js'
import { countStates, dryVerdictOf, verdictOf } from './verdict.js'

export async function migrate(context: MigratorContext, options: MigrateOptions): Promise<MigrateReport> {
  const { databases, logger } = listingFailuresOnce(context)
  const { dryRun = false, noCreate = false, servingRoles } = options
  if (databases.engine === 'mongo') refuseServingRoles(servingRoles === undefined ? {} : { servingRoles })
  const numbers = requireOptions(options)
  const run = targetRun(numbers, options, logger, selectionOf(databases, options))
  const migrateOne = async (given: MigrationTarget, watch: Watch): Promise<Done> => {
    const { target, isNew } = watchingCreation(given, noCreate)
    const { applied } = await migrateTarget(target, { ...run, ...watch, servingRoles: servingRoles ?? [] })
    // A database that is up to date costs a look at its ledger alone. `doctor` and `checkSchema` look at any.
    const foreign = applied.length === 0 ? [] : ((await given.foreignIndexes?.()) ?? [])
    const state = applied.length > 0 ? 'applied' : 'up-to-date'
    return { state, migrations: applied, ...(foreign.length > 0 && { foreign }), ...(isNew() && { isNew: true }) }
  }
  const previewOne = async (given: MigrationTarget): Promise<Done> => {
    const { target, isNew } = watchingCreation(given, noCreate)
    const preview = await previewTarget(target, run)
    const migrations = preview.map(({ migration }) => migration)
    if (preview.length === 0) return { state: 'up-to-date', migrations, preview, ...(isNew() && { isNew: true }) }
    const creation = (await target.previewCreation?.()) ?? null
    return { state: 'pending', migrations, preview, ...(creation && { creation }), ...(isNew() && { isNew: true }) }
  }
  const work = reporting(context, { command: 'migrate', flags: flagsOf(options) }, options.onProgress, dryRun ? previewOne : migrateOne)
  const reports = await overDatabases(databases, options, numbers, dryRun ? work : await rememberingFailures({ databases, logger }, work))
  const verdict = dryRun ? dryVerdictOf(reports, isStopped) : verdictOf(reports)
  return { ...reports, dryRun, verdict, counts: countStates(reports) }
}

/**
 * Whether the run would not get past a step. What stands behind code or SQL is not counted, because that may be what
 * mends the data, or what takes the index away.
 */
function isStopped({ preview, creation }: DatabaseReport): boolean {
  const steps = [...(creation === undefined ? [] : [creation]), ...preview.flatMap((migration) => migration.steps)]
  const changing = steps.findIndex(({ step }) => !/^(index(es)?( |$)|collection$|creation$)/.test(step))
  return (changing < 0 ? steps : steps.slice(0, changing)).some(({ stops }) => stops === true)
}
