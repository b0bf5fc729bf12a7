import * as z from 'zod'
import { ConversationStoreError } from '../model/errors.js'
import type { MigrationDatabases } from './databases.js'
import { compareVersions, type Migration } from './kernel/migration.js'
import type { TargetRun } from './kernel/run-target.js'
import type { MigrationLogger } from './kernel/target.js'
import type { DatabaseChoice, MigrateOptions, SyncIndexesOptions } from './migrator.js'

/** The ranges and defaults of a run. The CLI's table of options takes them from here. */
export const runOptionRules = {
  concurrency: { least: 1, most: 100, byDefault: 4 },
  lockWaitMs: { least: 0, most: 86_400_000, byDefault: 60_000 },
  batchSize: { least: 1, most: 10_000, byDefault: 100 },
  indexSet: { values: ['store', 'platform'], byDefault: 'platform' },
  onError: { values: ['continue', 'stop'], byDefault: 'continue' },
} as const

type NumberRule = (typeof runOptionRules)['concurrency' | 'lockWaitMs' | 'batchSize']
const whole = ({ least, most, byDefault }: NumberRule) => z.number().int().min(least).max(most).default(byDefault)

const numbers = z.object({
  concurrency: whole(runOptionRules.concurrency),
  lockWaitMs: whole(runOptionRules.lockWaitMs),
  batchSize: whole(runOptionRules.batchSize),
  indexSet: z.enum(runOptionRules.indexSet.values).default(runOptionRules.indexSet.byDefault),
  onError: z.enum(runOptionRules.onError.values).default(runOptionRules.onError.byDefault),
})
type Numbers = z.infer<typeof numbers>

/** Throws VALIDATION_FAILED for a value out of its range, and for a choice of databases that contradicts itself. */
export function requireOptions(options: MigrateOptions): Numbers {
  requireChoice(options)
  const { concurrency, lockWaitMs, batchSize, indexSet, onError } = options
  const parsed = numbers.safeParse({ concurrency, lockWaitMs, batchSize, indexSet, onError })
  if (parsed.success) return parsed.data
  throw new ConversationStoreError('VALIDATION_FAILED', {
    issues: parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message })),
  })
}

/** Throws VALIDATION_FAILED if the choice contradicts itself. */
function requireChoice({ publicOnly, tenantsOnly, tenants, retryFailed }: DatabaseChoice): void {
  if (publicOnly !== true || (tenantsOnly !== true && tenants === undefined && retryFailed !== true)) return
  throw new ConversationStoreError('VALIDATION_FAILED', {
    issues: [{ path: 'publicOnly', message: 'leaves out the tenants, which tenantsOnly, tenants and retryFailed ask for: choose one' }],
  })
}

/**
 * Throws VALIDATION_FAILED for a collection that no migration has. Otherwise a run with a misspelt name would do
 * nothing.
 */
export function selectionOf(
  { engine, migrations }: Pick<MigrationDatabases, 'engine' | 'migrations'>,
  { collection, to }: MigrateOptions,
): (migration: Migration) => boolean {
  const known = [...new Set(migrations.map((migration) => migration.collection))]
  if (collection !== undefined && !known.includes(collection)) {
    const message =
      engine === 'postgres'
        ? 'is for MongoDB, where each migration is of one collection; here `table` chooses the indexes of a table, for sync:indexes'
        : `must be one of ${known.join(', ')}`
    throw new ConversationStoreError('VALIDATION_FAILED', { issues: [{ path: 'collection', message }] })
  }
  if (to !== undefined) requireVersion(migrations, to)
  return (migration) =>
    (collection === undefined || migration.collection === collection) && (to === undefined || compareVersions(migration.version, to) <= 0)
}

/**
 * Throws VALIDATION_FAILED for a text that is no version. Compared as text it would come after all of them, or before,
 * and the run would do everything or nothing. A number need not be one of the program's: `down` may go back to the
 * version of an earlier program.
 */
export function requireVersion(migrations: readonly Migration[], to: string): void {
  const versions = [...new Set(migrations.map(({ version }) => version))]
  const isNumber = (version: string) => /^\d+$/.test(version)
  if (to === '0' || versions.includes(to) || (isNumber(to) && versions.some(isNumber))) return
  const known = versions.length > 6 ? [...versions.slice(0, 3), '…', ...versions.slice(-2)] : versions
  throw new ConversationStoreError('VALIDATION_FAILED', {
    issues: [{ path: 'to', message: `must be a version, as the migrations have it: ${known.join(', ') || 'there are none'}` }],
  })
}

/** The flags that make the command do the same part of the work again, with which a failure recommends it. */
export function flagsOf(
  options: Pick<MigrateOptions, 'dryRun' | 'to' | 'collection' | 'allowOutOfOrder' | 'indexSet' | 'noCreate'> &
    Pick<SyncIndexesOptions, 'prune' | 'table'>,
): readonly string[] {
  const { dryRun, to, collection, table, allowOutOfOrder, indexSet, prune, noCreate } = options
  return [
    ...(dryRun ? ['--dry-run'] : []),
    ...(to === undefined ? [] : [`--to=${to}`]),
    ...(collection === undefined ? [] : [`--collection=${collection}`]),
    ...(table === undefined ? [] : [`--table=${table}`]),
    ...(indexSet === undefined || indexSet === runOptionRules.indexSet.byDefault ? [] : [`--index-set=${indexSet}`]),
    ...(allowOutOfOrder ? ['--allow-out-of-order'] : []),
    ...(prune ? ['--prune'] : []),
    ...(noCreate ? ['--no-create'] : []),
  ]
}

export function targetRun(
  { indexSet, lockWaitMs, batchSize }: Numbers,
  options: MigrateOptions,
  logger: MigrationLogger,
  select: (migration: Migration) => boolean,
): TargetRun<Migration> {
  const { signal = null, allowOutOfOrder = false, verbose = false } = options
  return { indexSet, lockWaitMs, batchSize, verbose, signal, allowOutOfOrder, logger, select }
}
