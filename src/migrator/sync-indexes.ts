import { refusal } from '../model/validation/refusal.js'
import { type Done, reporting } from './database-reports.js'
import { listingFailuresOnce } from './failures-once.js'
import { buildInWords, type IndexBuild } from './kernel/index-build.js'
import type { IndexAction, IndexFinding } from './kernel/index-findings.js'
import { requireOwn } from './kernel/run-target.js'
import type { MigrationTarget } from './kernel/target.js'
import type { IndexReport, SyncIndexesOptions, SyncIndexesReport } from './migrator.js'
import type { MigratorContext } from './migrator-context.js'
import { type DatabaseWork, overDatabases } from './over-databases.js'
import { flagsOf, requireOptions, selectionOf, targetRun } from './run-options.js'
import { dryVerdictOf, verdictOf } from './verdict.js'

interface Looked {
  readonly findings: readonly IndexFinding[]
  readonly actions: readonly IndexAction[]
}

export async function syncIndexes(context: MigratorContext, options: SyncIndexesOptions): Promise<SyncIndexesReport> {
  const { databases, logger } = listingFailuresOnce(context)
  const { dryRun = false, prune = false, table } = options
  const collection = options.collection ?? table
  if (table !== undefined && databases.engine === 'mongo') throw refusal(['table'], 'is for PostgreSQL; here `collection` chooses')
  const numbers = requireOptions(options)
  const { indexSet, batchSize } = numbers
  const run = targetRun(numbers, options, logger, selectionOf(databases, options))
  const sync = { indexSet, prune, collection: collection ?? null }
  const looked = new Map<string, Looked>()
  const work = reporting(
    context,
    { command: 'sync:indexes', flags: flagsOf(options) },
    options.onProgress,
    async (target, watch): Promise<Done> => {
      // An older program would drop the indexes of a newer one, or put its own in their place.
      requireOwn(target, await target.readLedger(), indexSet)
      const findings = (await target.compareIndexes(indexSet)).filter(
        (finding) => collection === undefined || finding.collection === collection,
      )
      if (table !== undefined && findings.length === 0) throw refusal(['table'], `has no index here, declared or not: ${table}`)
      const planned = await target.previewIndexes(sync)
      looked.set(target.database, { findings, actions: planned })
      if (planned.length === 0) return { state: 'up-to-date', migrations: [] }
      if (dryRun) return { state: 'pending', migrations: [] }
      looked.set(target.database, { findings, actions: [] })
      const locked = await target.lock({ waitMs: run.lockWaitMs, signal: run.signal, onWait: watch.onWait })
      // What was planned is not what was done, if it fails on the way.
      const done: IndexAction[] = []
      const onAction = (action: IndexAction) => done.push(action)
      try {
        // Another runner may have brought the database to a newer version while this one waited.
        requireOwn(target, await locked.readLedger(), indexSet)
        const signal = run.signal === null ? locked.signal : AbortSignal.any([run.signal, locked.signal])
        const onStep = (step: string) => watch.onStep('sync:indexes', step)
        const onBuild = (build: IndexBuild) => {
          logger.debug(`${target.database}: ${build.index}: ${buildInWords(build)}`)
          watch.onBuild('sync:indexes', build.index, build)
        }
        await locked.syncIndexes(sync, { signal, logger, batchSize, onStep, onAction, onBuild })
      } finally {
        looked.set(target.database, { findings, actions: done })
        await locked.release()
      }
      return { state: 'applied', migrations: [] }
    },
  )
  const withIndexes: DatabaseWork<IndexReport> = {
    run: async (target: MigrationTarget, tenantId) => reportOf(await work.run(target, tenantId), looked.get(target.database)),
    passOver: (...args) => reportOf(work.passOver(...args), undefined),
  }
  const reports = await overDatabases(databases, options, numbers, withIndexes)
  const isStopped = ({ actions }: IndexReport) => actions.some(({ obstacles }) => obstacles.length > 0)
  return { ...reports, dryRun, verdict: dryRun ? dryVerdictOf(reports, isStopped) : verdictOf(reports) }
}

function reportOf({ tenantId, database, state, failure, why }: Omit<IndexReport, keyof Looked>, looked: Looked | undefined): IndexReport {
  return { tenantId, database, state, failure, why, findings: looked?.findings ?? [], actions: looked?.actions ?? [] }
}
