import { type Done, reporting } from './database-reports.js'
import { examineLedger } from './kernel/examine-ledger.js'
import type { Ledger } from './kernel/ledger.js'
import { auditOwner, migrationId } from './kernel/migration.js'
import { requireRunnable } from './kernel/run-target.js'
import type { MigrationTarget } from './kernel/target.js'
import type { DatabaseStatus, StatusOptions, StatusReport } from './migrator.js'
import type { MigratorContext } from './migrator-context.js'
import { type DatabaseWork, overDatabases } from './over-databases.js'
import { requireOptions } from './run-options.js'
import { statusVerdictOf } from './verdict.js'

export async function status(context: MigratorContext, options: StatusOptions): Promise<StatusReport> {
  const { indexSet, concurrency } = requireOptions(options)
  const ledgers = new Map<string, Ledger>()
  const work = reporting(context, { command: 'status' }, undefined, async (target): Promise<Done> => {
    const ledger = await target.readLedger()
    ledgers.set(target.database, ledger)
    const examination = examineLedger(target.migrations, ledger, indexSet, target.answersFor)
    // A migration that is out of order is refused only when somebody runs it.
    requireRunnable(target.database, examination, true)
    const migrations = examination.pending.map(({ migration }) => migrationId(migration))
    return { state: migrations.length > 0 ? 'pending' : 'up-to-date', migrations }
  })
  const withLedger: DatabaseWork<DatabaseStatus> = {
    run: async (target: MigrationTarget, tenantId) => ({
      ...(await work.run(target, tenantId)),
      ledger: linesOf(ledgers.get(target.database)),
    }),
    passOver: (...args) => ({ ...work.passOver(...args), ledger: [] }),
  }
  const reports = await overDatabases(context.databases, options, { concurrency, onError: 'continue', isLook: true }, withLedger)
  return { ...reports, verdict: statusVerdictOf(reports) }
}

function linesOf(ledger: Ledger | undefined): DatabaseStatus['ledger'] {
  const ofMigrations = (ledger?.entries ?? []).filter(({ owner }) => owner !== auditOwner)
  return ofMigrations.map(({ id, state, attempts, startedAt, finishedAt, libraryVersion, runBy }) => ({
    id,
    state,
    attempts,
    startedAt,
    finishedAt,
    libraryVersion,
    runBy,
  }))
}
