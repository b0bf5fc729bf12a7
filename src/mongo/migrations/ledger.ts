import { ConversationStoreError } from '../../model/errors.js'
import type { Collections } from '../collections.js'
import { checksumOf, latestStep, type MigrationStep, migrationSteps } from './steps.js'

/** A step that the database has. */
export interface AppliedStep {
  readonly number: number
  readonly checksum: string
}

export async function appliedSteps({ conversation_store_migrations }: Collections): Promise<readonly AppliedStep[]> {
  const documents = await conversation_store_migrations.find({}, { sort: { _id: 1 } }).toArray()
  return documents.map(({ _id, checksum }) => ({ number: Number(_id), checksum: String(checksum) }))
}

/** Records a step once, on the server's clock, whoever else has run it too. Whether it was this call that did. */
export async function recordStep({ conversation_store_migrations }: Collections, step: MigrationStep): Promise<boolean> {
  const known = { $ne: [{ $type: '$applied_at' }, 'missing'] }
  const fields = { name: step.name, checksum: checksumOf(step) }
  const set = Object.entries({ ...fields, applied_at: '$$NOW' }).map(([field, value]) => [field, { $cond: [known, `$${field}`, value] }])
  const { upsertedCount } = await conversation_store_migrations.updateOne({ _id: step.number }, [{ $set: Object.fromEntries(set) }], {
    upsert: true,
  })
  return upsertedCount > 0
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

export function stepNames(steps: readonly MigrationStep[]): readonly string[] {
  return steps.map(({ number, name }) => `step ${number} (${name})`)
}

/** Throws SCHEMA_TOO_NEW. */
export function requireKnownSchema(applied: readonly AppliedStep[]): void {
  const found = schemaNumber(applied)
  if (found > latestStep) throw new ConversationStoreError('SCHEMA_TOO_NEW', { found, supported: latestStep })
}

/**
 * Looks at the ledger before the first operation: MongoDB would create what is missing by itself, without the unique indexes that the
 * contract rests on. Once it was found complete it is not looked at again. A database that is newer, and has all that we know, serves us.
 * Throws SCHEMA_OUT_OF_DATE, SCHEMA_TOO_NEW.
 */
export function schemaGuard(collections: Collections): () => Promise<void> {
  let looked: Promise<void> | undefined
  return () => {
    looked ??= look(collections)
    looked.catch(() => {
      looked = undefined
    })
    return looked
  }
}

async function look(collections: Collections): Promise<void> {
  const applied = await appliedSteps(collections)
  const missing = missingSteps(applied)
  if (missing.length === 0) return
  requireKnownSchema(applied)
  throw new ConversationStoreError('SCHEMA_OUT_OF_DATE', { missing: stepNames(missing) })
}
