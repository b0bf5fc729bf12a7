import { ConversationStoreError } from '../../model/errors.js'
import type { Executor } from '../executor.js'
import type { Names } from '../names.js'
import { integer, type Row, text } from '../rows.js'
import { compile, type Fragment, raw, type Statement, sql } from '../sql.js'
import { isUndefinedObject, translateError } from '../translate-error.js'
import { checksumOf, latestStep, type MigrationStep, migrationSteps } from './steps.js'

/** A step that the database has. */
export interface AppliedStep {
  readonly number: number
  readonly name: string
  readonly checksum: string
}

export function ledgerSql({ tables }: Names): string {
  return `create table ${tables.conversation_store_migrations} (
  number integer not null primary key,
  name text not null,
  checksum text not null,
  library_version text not null,
  applied_at timestamptz(3) not null default clock_timestamp()
)`
}

export function readLedger({ tables }: Names): Statement {
  return compile(sql`select m.number, m.name, m.checksum from ${raw(tables.conversation_store_migrations)} m order by m.number`)
}

export function toAppliedSteps(rows: readonly Row[]): readonly AppliedStep[] {
  return rows.map((row) => ({ number: integer(row.number), name: text(row.name), checksum: text(row.checksum) }))
}

export function recordStep({ tables }: Names, step: MigrationStep, libraryVersion: Fragment): Fragment {
  return sql`insert into ${raw(tables.conversation_store_migrations)} (number, name, checksum, library_version)
values (${raw(String(step.number))}, ${raw(`'${step.name}'`)}, ${raw(`'${checksumOf(step)}'`)}, ${libraryVersion})`
}

/** The steps of the database; none when it has no ledger. */
export async function appliedSteps(executor: Executor, names: Names): Promise<readonly AppliedStep[]> {
  try {
    return toAppliedSteps(await executor.run(readLedger(names), null))
  } catch (error) {
    if (isUndefinedObject(error)) return []
    throw translateError(error, { operationId: null, inTransaction: executor.inTransaction })
  }
}

export function requireKnownSchema(applied: readonly AppliedStep[]): void {
  const found = schemaNumber(applied)
  if (found > latestStep) throw new ConversationStoreError('SCHEMA_TOO_NEW', { found, supported: latestStep })
}

export function schemaNumber(applied: readonly AppliedStep[]): number {
  return Math.max(0, ...applied.map(({ number }) => number))
}

export function missingSteps(applied: readonly AppliedStep[]): readonly MigrationStep[] {
  return migrationSteps.filter(({ number }) => !applied.some((step) => step.number === number))
}

/** Steps that were applied in another form than this library has them. */
export function changedSteps(applied: readonly AppliedStep[]): readonly MigrationStep[] {
  return migrationSteps.filter((step) => applied.some(({ number, checksum }) => number === step.number && checksum !== checksumOf(step)))
}

/**
 * What it means that a statement of ours named something that is not there: `migrate()` was never called, or a newer library has taken it
 * away. The ledger is read here and not before every statement: a database that is newer and still has all we name serves us.
 */
export async function explainUndefinedObject(executor: Executor, names: Names, cause: unknown): Promise<ConversationStoreError> {
  const applied = await appliedSteps(executor, names)
  const found = schemaNumber(applied)
  if (found > latestStep) return new ConversationStoreError('SCHEMA_TOO_NEW', { found, supported: latestStep }, { cause })
  const steps = missingSteps(applied).map(({ number, name }) => `step ${number} (${name})`)
  const missing = steps.length > 0 ? steps : ['what checkSchema() lists']
  return new ConversationStoreError('SCHEMA_OUT_OF_DATE', { missing }, { cause })
}
