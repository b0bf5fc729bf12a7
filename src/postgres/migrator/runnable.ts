import { checksumOf } from '../../migrator/kernel/checksum.js'
import { inOrderOfRunning } from '../../migrator/kernel/examine-ledger.js'
import { hostOwner, type MigrationStep, migrationId, storeOwner } from '../../migrator/kernel/migration.js'
import { ConversationStoreError } from '../../model/errors.js'
import type { PostgresIndex, PostgresMigration, PostgresStep, RunnablePostgresMigration, SqlContext } from './migration.js'

/** The context for which checksums are taken, so that a migration has the same checksum in every schema. */
const canonical: SqlContext = { schema: 'public', quotedSchema: '"public"', tablePrefix: '', partitions: null }

/**
 * The migrations as the runner sees them. Throws VALIDATION_FAILED for an id without its version or name, for two
 * migrations with one identity, and for two steps or indexes of a migration with one name.
 */
export function runnableMigrations(definitions: readonly PostgresMigration[]): readonly RunnablePostgresMigration[] {
  const migrations = definitions.map(runnable)
  const identities = migrations.map((migration) => migrationId({ ...migration, version: String(Number(migration.version)) }))
  identities.forEach((identity, position) => {
    if (identities.indexOf(identity) !== position) throw invalid(`${position}.id`, 'has the identity of another migration')
  })
  requireIndexNames(migrations)
  return migrations
}

/**
 * Throws VALIDATION_FAILED for a migration that drops what no earlier one declares or what it declares itself, and for
 * one that changes an index of the store's without being the store's.
 */
function requireIndexNames(migrations: readonly RunnablePostgresMigration[]): void {
  const owners = new Map<string, string>()
  for (const { definition, owner, name: id } of inOrderOfRunning(migrations)) {
    const { indexes = [], sqlIndexes, drop = [] } = definition
    const declared = [...(sqlIndexes?.(canonical) ?? []), ...indexes].map(({ name }) => name)
    for (const name of [...declared, ...drop])
      if (owner !== storeOwner && owners.get(name) === storeOwner) throw invalid(id, `must leave ${name} alone, which the store needs`)
    for (const name of drop) {
      if (declared.includes(name)) throw invalid(id, `must not drop ${name}, which it declares itself`)
      if (!owners.has(name)) throw invalid(id, `drops ${name}, which no earlier migration declares`)
    }
    for (const name of declared) if (owners.get(name) !== storeOwner) owners.set(name, owner)
  }
}

function runnable(definition: PostgresMigration): RunnablePostgresMigration {
  const { id, description, isPublic, isTenant, owner = hostOwner, repeatable = false } = definition
  const [, version, name] = /^(\d+)-*(.*)$/.exec(id) ?? []
  if (version === undefined || name === undefined) throw invalid(id, 'must begin with digits, its version: 001-create-users')
  if (repeatable && !/^\D/.test(name)) throw invalid(id, 'must have a name after its digits: 001-functions')
  const steps = stepsOf(definition)
  if (steps.some(({ name }, position) => steps.findIndex((step) => step.name === name) !== position))
    throw invalid(id, 'has two steps, or two indexes, of one name')
  const identity = { owner, collection: '', version, ...(repeatable ? { repeatable: name } : {}) }
  return { ...identity, name: id, description, isPublic, isTenant, checksum: checksum(definition), steps, definition }
}

function stepsOf({ steps, indexes = [], up, drop = [] }: PostgresMigration): readonly MigrationStep[] {
  return [
    ...steps.map(({ name }) => ({ name })),
    ...indexes.map((index) => ({ name: indexStep(index), ...(index.indexSet ? { indexSet: index.indexSet } : {}) })),
    ...(up === undefined ? [] : [{ name: upStep }]),
    ...drop.map((name) => ({ name: dropStep(name) })),
  ]
}

export const upStep = 'up'
export const downStep = 'down'

export function dropStep(name: string): string {
  return `drop index ${name}`
}

export function indexStep({ name }: Pick<PostgresIndex, 'name'>): string {
  return `index ${name}`
}

/** The statements of a step, in order. */
export function statementsOf({ sql }: PostgresStep, context: SqlContext): readonly string[] {
  const text = typeof sql === 'function' ? sql(context) : sql
  return typeof text === 'string' ? [text] : text
}

function checksum({ id, tx, repeatable, steps, indexes = [], drop, revision = '1' }: PostgresMigration): string {
  return checksumOf({
    // If only the digits of a repeatable migration differ, there is nothing to run again.
    version: repeatable ? undefined : Number(/^\d+/.exec(id)?.[0]),
    tx,
    steps: steps.map((step) => ({ name: step.name, sql: statementsOf(step, canonical) })),
    indexes: indexes.map(({ table, name, columns, unique, where, method, include, nullsNotDistinct }) => ({
      table,
      name,
      columns,
      unique,
      where,
      method,
      include,
      nullsNotDistinct,
    })),
    drop,
    revision,
  })
}

function invalid(path: string, message: string): ConversationStoreError<'VALIDATION_FAILED'> {
  return new ConversationStoreError('VALIDATION_FAILED', { issues: [{ path: `migrations.${path}`, message }] })
}
