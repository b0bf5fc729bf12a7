import { type Done, reporting, type Watch } from './database-reports.js'
import { previewRevert, revertTarget } from './kernel/run-target.js'
import type { MigrationTarget } from './kernel/target.js'
import type { DatabaseReport, DownOptions, MigrateReport } from './migrator.js'
import type { MigratorContext } from './migrator-context.js'
import { type DatabaseReports, hasFailed, overDatabases } from './over-databases.js'
import { flagsOf, requireOptions, requireVersion, selectionOf, targetRun } from './run-options.js'
import { countStates, verdictOf } from './verdict.js'

export async function down(context: MigratorContext, options: DownOptions): Promise<MigrateReport> {
  const { databases, logger } = context
  const { to = null, dryRun = false, dropData = false, ...rest } = options
  const numbers = requireOptions(rest)
  if (to !== null) requireVersion(databases.migrations, to)
  const run = targetRun(numbers, rest, logger, selectionOf(databases, rest))
  const revertOne = async (target: MigrationTarget, watch: Watch): Promise<Done> => {
    const { applied, kept } = await revertTarget(target, { ...run, ...watch }, { to, dropData })
    return { state: applied.length > 0 ? 'applied' : 'up-to-date', migrations: applied, ...(kept.length > 0 ? { kept } : {}) }
  }
  const previewOne = async (target: MigrationTarget): Promise<Done> => {
    const preview = await previewRevert(target, run, { to, dropData })
    return { state: preview.length > 0 ? 'pending' : 'up-to-date', migrations: preview.map(({ migration }) => migration), preview }
  }
  const work = reporting(context, { command: 'down', flags: flagsOf(options) }, options.onProgress, dryRun ? previewOne : revertOne)
  const reports = await tenantsFirst(context, options, (choice) => overDatabases(databases, choice, numbers, work), work.passOver)
  return { ...reports, dryRun, verdict: verdictOf(reports), counts: countStates(reports) }
}

type Reports = DatabaseReports<DatabaseReport>

/**
 * Undoes in the reverse order of `migrate`: what tenants build on is taken away only after all of them have stopped
 * using it.
 */
async function tenantsFirst(
  { databases }: MigratorContext,
  options: DownOptions,
  over: (choice: DownOptions) => Promise<Reports>,
  passOver: (tenantId: null, database: string, state: 'not-reached', why: string) => DatabaseReport,
): Promise<Reports> {
  if (options.publicOnly === true || options.tenantsOnly === true || options.tenants !== undefined) return over(options)
  const ofTenants = await over({ ...options, tenantsOnly: true })
  const { tenants, sourceFailure } = ofTenants
  const why = 'tenants come first on the way back, and not all of them got there'
  if (sourceFailure !== undefined || tenants.some((report) => hasFailed(report) || report.state === 'not-reached'))
    return { ...ofTenants, public: passOver(null, databases.publicTarget.database, 'not-reached', why) }
  const { public: ofPublic } = await over({ ...options, publicOnly: true })
  return { public: ofPublic, tenants }
}
