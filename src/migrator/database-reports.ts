import type { KeptData } from '../model/kept-data.js'
import { type Doing, failureOf, stateOf } from './database-failure.js'
import type { IndexBuild } from './kernel/index-build.js'
import type { MigrationTarget, PassedRows, PreviewedStep } from './kernel/target.js'
import type { DatabaseReport, DatabaseState, PreviewedMigration, Progress } from './migrator.js'
import type { MigratorContext } from './migrator-context.js'
import { type DatabaseWork, hasFailed } from './over-databases.js'

/** What was done with one database if it went well. */
export interface Done {
  readonly state: DatabaseState
  readonly migrations: readonly string[]
  readonly preview?: readonly PreviewedMigration[]
  readonly creation?: PreviewedStep
  readonly kept?: readonly KeptData[]
  readonly foreign?: readonly string[]
  readonly isNew?: boolean
}

/** Reports the migrations and steps of one database while they run. */
export interface Watch {
  onWait(): void
  onStep(migration: string, step: string): void
  onRows(migration: string, step: string, rows: PassedRows): void
  onBuild(migration: string, step: string, build: IndexBuild): void
}

/**
 * Turns work that may throw into reports, and passes each change of state on. `what` is what a failure recommends.
 */
export function reporting(
  { logger, databases: { storeAlone } }: MigratorContext,
  what: Omit<Doing, 'storeAlone'>,
  onProgress: ((progress: Progress) => void) | undefined,
  run: (target: MigrationTarget, watch: Watch) => Promise<Done>,
): DatabaseWork<DatabaseReport> {
  const doing: Doing = { ...what, storeAlone }
  let finished = 0
  let expected: number | null = null
  type Place = Pick<Progress, 'migration' | 'step'> & Partial<Pick<Progress, 'rows' | 'build'>>
  const nowhere: Place = { migration: null, step: null }
  const tell = (
    tenantId: string | null,
    database: string,
    state: Progress['state'],
    { migration, step, rows = null, build = null }: Place = nowhere,
  ) => onProgress?.({ tenantId, database, state, migration, step, rows, build, finished, expected })
  return {
    ...(onProgress !== undefined && {
      expect(count: number) {
        expected = count
      },
    }),
    async run(target, tenantId) {
      const { database } = target
      const watch: Watch = {
        onWait: () => tell(tenantId, database, 'waiting'),
        onStep: (migration, step) => tell(tenantId, database, 'running', { migration, step }),
        onRows: (migration, step, rows) => tell(tenantId, database, 'running', { migration, step, rows }),
        onBuild: (migration, step, build) => tell(tenantId, database, 'running', { migration, step, build }),
      }
      tell(tenantId, database, 'running')
      const report = await attempt(tenantId, database, doing, () => run(target, watch))
      if (report.failure !== null) {
        const { code, migration, step, next } = report.failure
        logger.debug(`${database}: ${report.failure.message}`, { tenantId, database, code, migration, step, next })
      }
      finished++
      tell(tenantId, database, report.state, report.failure ?? nowhere)
      return report
    },
    passOver(tenantId, database, state, why) {
      finished++
      tell(tenantId, database ?? '', state)
      return { ...empty(tenantId, database), state, why }
    },
  }
}

async function attempt(tenantId: string | null, database: string, doing: Doing, run: () => Promise<Done>): Promise<DatabaseReport> {
  try {
    return { ...empty(tenantId, database), ...(await run()) }
  } catch (error) {
    return { ...empty(tenantId, database), state: stateOf(error), failure: failureOf(error, tenantId, doing) }
  }
}

function empty(tenantId: string | null, database: string | null): Omit<DatabaseReport, 'state'> {
  return { tenantId, database, migrations: [], preview: [], failure: null, why: null }
}

/**
 * Remembers in the public database which tenants failed, for `retryFailed`. If that can't be written, a warning is
 * logged and no tenant fails, because the ledgers hold what happened.
 */
export async function rememberingFailures(
  { databases: { failures }, logger }: MigratorContext,
  work: DatabaseWork<DatabaseReport>,
): Promise<DatabaseWork<DatabaseReport>> {
  const failed = new Set((await failures.list().catch(() => [])).map(({ tenantId }) => tenantId))
  const remember = async (report: DatabaseReport): Promise<DatabaseReport> => {
    const { tenantId, database, failure } = report
    if (tenantId === null || database === null) return report
    try {
      if (hasFailed(report)) {
        const { migration = null, step = null, message = report.why ?? '' } = failure ?? {}
        await failures.record({ tenantId, database, migration, step, message })
      } else if (failed.has(tenantId)) await failures.clear(tenantId)
    } catch {
      logger.warn(`what became of ${tenantId} could not be kept in the public database`, { tenantId })
    }
    return report
  }
  return { ...work, run: async (target, tenantId) => remember(await work.run(target, tenantId)) }
}
