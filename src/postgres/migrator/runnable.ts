import { checksumOf } from '../../migrator/kernel/checksum.js'
import { hostOwner, type MigrationStep } from '../../migrator/kernel/migration.js'
import { ConversationStoreError } from '../../model/errors.js'
import type { PostgresIndex, PostgresMigration, PostgresStep, RunnablePostgresMigration, SqlContext } from './migration.js'

/** What checksums are taken for, so that a migration has the same in every schema. */
const canonical: SqlContext = { schema: 'public', quotedSchema: '"public"', tablePrefix: '', partitions: null }

/** As the runner sees them. Throws VALIDATION_FAILED for an id without a version, and for what stands there twice. */
export function runnableMigrations(definitions: readonly PostgresMigration[]): readonly RunnablePostgresMigration[] {
  const migrations = definitions.map(runnable)
  const identities = migrations.map(({ owner, version }) => `${owner} ${Number(version)}`)
  identities.forEach((identity, position) => {
    if (identities.indexOf(identity) !== position) throw invalid(`${position}.id`, 'has a version that another migration has already')
  })
  return migrations
}

function runnable(definition: PostgresMigration): RunnablePostgresMigration {
  const { id, description, isPublic, isTenant, owner = hostOwner } = definition
  const version = /^\d+/.exec(id)?.[0]
  if (version === undefined) throw invalid(id, 'must begin with digits, its version: 001-create-users')
  const steps = stepsOf(definition)
  if (steps.some(({ name }, position) => steps.findIndex((step) => step.name === name) !== position))
    throw invalid(id, 'has two steps, or two indexes, of one name')
  return { owner, collection: '', version, name: id, description, isPublic, isTenant, checksum: checksum(definition), steps, definition }
}

function stepsOf({ steps, indexes = [], up }: PostgresMigration): readonly MigrationStep[] {
  return [
    ...steps.map(({ name }) => ({ name })),
    ...indexes.map((index) => ({ name: indexStep(index), ...(index.indexSet ? { indexSet: index.indexSet } : {}) })),
    ...(up === undefined ? [] : [{ name: upStep }]),
  ]
}

export const upStep = 'up'
export const downStep = 'down'

export function indexStep({ name }: PostgresIndex): string {
  return `index ${name}`
}

/** The statements of a step, in order. */
export function statementsOf({ sql }: PostgresStep, context: SqlContext): readonly string[] {
  const text = typeof sql === 'function' ? sql(context) : sql
  return typeof text === 'string' ? [text] : text
}

function checksum({ id, tx, steps, indexes = [], revision = '1' }: PostgresMigration): string {
  const version = Number(/^\d+/.exec(id)?.[0])
  return checksumOf({
    version,
    tx,
    steps: steps.map((step) => ({ name: step.name, sql: statementsOf(step, canonical) })),
    indexes: indexes.map(({ table, name, columns, unique, where }) => ({ table, name, columns, unique, where })),
    revision,
  })
}

function invalid(path: string, message: string): ConversationStoreError<'VALIDATION_FAILED'> {
  return new ConversationStoreError('VALIDATION_FAILED', { issues: [{ path: `migrations.${path}`, message }] })
}
