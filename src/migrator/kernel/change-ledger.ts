import { ConversationStoreError } from '../../model/errors.js'
import { examineLedger } from './examine-ledger.js'
import { isAsked } from './index-sets.js'
import type { Ledger } from './ledger.js'
import { compareVersions, hostOwner, type Migration, migrationId } from './migration.js'
import { requireRunnable, type TargetOutcome, type TargetRun, underLock } from './run-target.js'
import type { LedgerChange, MigrationTarget } from './target.js'

/**
 * What somebody says of a migration that did not end by itself: that it is `applied`, that it was taken back by hand
 * (`rolled-back`), or that its entry is to be forgotten.
 */
type Resolution = 'applied' | 'rolled-back' | 'forget'

export interface ResolveTerms {
  /** The id of the migration, as the ledger has it: `@003`, `users@002`. */
  readonly migration: string
  readonly as: Resolution
  /** Who decides it, for the ledger. */
  readonly by: string
}

export interface BaselineTerms {
  /** The version up to which the database has everything, itself included, in each collection. */
  readonly to: string
  readonly by: string
}

/** Tells a change of the ledger without making it, or makes it as the only runner. */
export interface ChangeMode {
  readonly dryRun: boolean
}

/**
 * Writes into the ledger what somebody decided about one migration, and runs nothing. A line of the ledger says who did
 * it and when. `applied` is empty if the ledger says so already. Throws VALIDATION_FAILED if the ledger has no such
 * migration, or the program has it in a state that has to be run or undone; MIGRATION_REFUSED if the database is newer.
 */
export function resolveTarget<M extends Migration>(
  target: MigrationTarget<M>,
  run: TargetRun<M>,
  terms: ResolveTerms,
  mode: ChangeMode,
): Promise<TargetOutcome> {
  return change(target, run, mode, (ledger) => resolution(target, ledger, run.indexSet, terms))
}

/**
 * Writes into the ledger that the host's own migrations up to a version are applied, for a database that was made
 * another way. It runs nothing. Migrations of other owners are left to `migrate`, and so are those that may run again.
 */
export function baselineTarget<M extends Migration>(
  target: MigrationTarget<M>,
  run: TargetRun<M>,
  { to, by }: BaselineTerms,
  mode: ChangeMode,
): Promise<TargetOutcome> {
  return change(target, run, mode, (ledger) => {
    const examination = examineLedger(target.migrations, ledger, run.indexSet)
    requireRunnable(target.database, examination, true)
    const applied = examination.pending
      .filter(({ migration }) => migration.owner === hostOwner && migration.repeatable === undefined)
      .filter(({ migration }) => compareVersions(migration.version, to) <= 0 && (run.select?.(migration) ?? true))
    return { applied, reverted: [], forgotten: [], note: `baseline --to=${to}, by ${by}` }
  })
}

async function change<M extends Migration>(
  target: MigrationTarget<M>,
  run: TargetRun<M>,
  { dryRun }: ChangeMode,
  planOf: (ledger: Ledger) => LedgerChange<M>,
): Promise<TargetOutcome> {
  const first = planOf(await target.readLedger())
  if (dryRun || idsOf(first).length === 0) return { applied: idsOf(first) }
  return underLock(target, run, async (locked) => {
    const plan = planOf(await locked.readLedger())
    if (idsOf(plan).length > 0) await locked.changeLedger(plan)
    return { applied: idsOf(plan) }
  })
}

function idsOf<M extends Migration>({ applied, reverted, forgotten }: LedgerChange<M>): readonly string[] {
  return [...applied.map(({ migration }) => migrationId(migration)), ...reverted.map(migrationId), ...forgotten]
}

function resolution<M extends Migration>(
  { database, migrations }: MigrationTarget<M>,
  ledger: Ledger,
  indexSet: string,
  { migration: id, as, by }: ResolveTerms,
): LedgerChange<M> {
  const { newer } = examineLedger(migrations, ledger, indexSet)
  const others = newer.filter((each) => each !== id)
  requireRunnable(database, { pending: [], changed: [], missing: [], outOfOrder: [], newer: others }, true)
  const entry = ledger.entries.find((each) => each.id === id)
  if (entry === undefined) throw invalid(`must be in the ledger of ${database}; \`status\` shows what is`)
  const migration = migrations.find((each) => migrationId(each) === id)
  const plan: LedgerChange<M> = { applied: [], reverted: [], forgotten: [], note: `resolve ${id} --${as}, by ${by}` }
  if (as === 'forget') {
    if (migration !== undefined && (entry.state === 'applied' || entry.state === 'applying'))
      throw invalid('is in the program and would run again: undo it with `down`, or take it out of the program first')
    return { ...plan, forgotten: [id] }
  }
  if (migration === undefined) throw invalid('is not in the program: bring its definition back, or forget it with --forget')
  if (as === 'rolled-back') return entry.state === 'reverted' ? plan : { ...plan, reverted: [migration] }
  const asked = migration.steps.filter((step) => isAsked(step.indexSet, null)).map(({ name }) => name)
  const steps = asked.filter((step) => !entry.steps.includes(step))
  return entry.state === 'applied' && steps.length === 0 ? plan : { ...plan, applied: [{ migration, steps }] }
}

function invalid(message: string): ConversationStoreError<'VALIDATION_FAILED'> {
  return new ConversationStoreError('VALIDATION_FAILED', { issues: [{ path: 'migration', message }] })
}
