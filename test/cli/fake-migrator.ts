import type { DatabaseReport, DatabaseState, MigrateReport, Migrator, Verdict } from '../../src/migrator/migrator.js'

/** One call of the migrator: the method and its options. */
export interface Asked {
  readonly method: keyof Migrator
  readonly options: unknown
}

/**
 * A migrator without databases. The tests that use it are about what the command line itself makes of its words and of
 * reports.
 */
export function fakeMigrator(answers: Partial<Migrator> = {}): { readonly migrator: Migrator; readonly asked: readonly Asked[] } {
  const asked: Asked[] = []
  const noting = <M extends keyof Migrator>(method: M, answer: Migrator[M]): Migrator[M] =>
    ((options: unknown) => {
      asked.push({ method, options })
      return ((answers[method] ?? answer) as (options: unknown) => unknown)(options)
    }) as Migrator[M]
  const migrator: Migrator = {
    migrate: noting('migrate', async (options) => migrateReport('done', [database()], options?.dryRun ?? false)),
    down: noting('down', async () => migrateReport('done', [database()])),
    resolve: noting('resolve', async (options) => migrateReport('done', [database()], options.dryRun ?? false)),
    baseline: noting('baseline', async (options) => migrateReport('done', [database()], options.dryRun ?? false)),
    syncIndexes: noting('syncIndexes', async (options) => ({
      verdict: 'done',
      dryRun: options?.dryRun ?? false,
      public: null,
      tenants: [],
    })),
    list: noting('list', () => []),
    status: noting('status', async () => ({ verdict: 'done', public: null, tenants: [] })),
    doctor: noting('doctor', async () => ({ verdict: 'done', diagnoses: [] })),
    showLocks: noting('showLocks', async () => []),
    breakLock: noting('breakLock', async () => null),
    onTenantCreated: noting('onTenantCreated', async () => database()),
  }
  return { migrator, asked }
}

export function database(report: Partial<DatabaseReport> = {}): DatabaseReport {
  return { tenantId: null, database: 'chat_public', state: 'applied', migrations: [], preview: [], failure: null, why: null, ...report }
}

export function migrateReport(verdict: Verdict, tenants: readonly DatabaseReport[], dryRun = false): MigrateReport {
  return { verdict, dryRun, public: null, tenants, counts: {} as Readonly<Record<DatabaseState, number>> }
}
