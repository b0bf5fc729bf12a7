import { checksumOf } from '../../migrator/kernel/checksum.js'
import { storeIndexSet } from '../../migrator/kernel/index-sets.js'
import { hostOwner, type MigrationStep } from '../../migrator/kernel/migration.js'
import type { CollectionIndex } from './indexes/declared-index.js'
import type { CollectionMigration, MongoMigration } from './migration.js'
import { requireRegistry } from './require-registry.js'

export const collectionStep = 'collection'
export const upStep = 'up'
export const dropStep = 'drop indexes'

/** Turns a registry into the form that the runner takes. Throws VALIDATION_FAILED, which names each fault. */
export function mongoMigrations(registry: readonly CollectionMigration[]): readonly MongoMigration[] {
  requireRegistry(registry)
  return registry.map(toMigration)
}

function toMigration(definition: CollectionMigration): MongoMigration {
  const { collectionName, name, description, version, isPublic, isTenant, owner = hostOwner } = definition
  const checksum = checksumOf({
    indexes: definition.indexes.map(({ key, options, indexSet }) => ({ key: Object.entries(key), options: plain(options), indexSet })),
    options: definition.collectionOptions === undefined ? undefined : plain(definition.collectionOptions),
    drop: definition.drop,
    revision: definition.revision,
    steps: stepsOf(definition).map((step) => step.name),
  })
  return {
    owner,
    collection: collectionName,
    version,
    name,
    description,
    isPublic,
    isTenant,
    checksum,
    steps: stepsOf(definition),
    definition,
  }
}

function stepsOf({ indexes, up, drop = [], collectionOptions }: CollectionMigration): readonly MigrationStep[] {
  const sets = new Set(indexes.map(({ indexSet = storeIndexSet }) => indexSet))
  const others = [...sets].filter((set) => set !== storeIndexSet)
  return [
    ...(collectionOptions === undefined ? [] : [{ name: collectionStep }]),
    ...(sets.has(storeIndexSet) ? [{ name: indexesStep(storeIndexSet) }] : []),
    // What drops an index has its collection from an earlier migration, and somebody may have dropped it since.
    ...(sets.has(storeIndexSet) || drop.length > 0 || collectionOptions !== undefined ? [] : [{ name: collectionStep }]),
    ...others.map((indexSet) => ({ name: indexesStep(indexSet), indexSet })),
    ...(up ? [{ name: upStep }] : []),
    ...(drop.length > 0 ? [{ name: dropStep }] : []),
  ]
}

function indexesStep(set: string): string {
  return set === storeIndexSet ? 'indexes' : `indexes of the ${set}`
}

/** The indexes that a step makes. Empty for a step that makes something else. */
export function indexesOfStep({ indexes }: CollectionMigration, step: string): readonly CollectionIndex[] {
  return indexes.filter(({ indexSet = storeIndexSet }) => indexesStep(indexSet) === step)
}

/**
 * Turns BSON values, from any copy of the BSON library, into JSON, because a date, an id or a pattern in an index's
 * condition is part of the checksum too.
 */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint' || value instanceof RegExp) return String(value)
  if (typeof value !== 'object' || value === null) return value
  if (typeof Reflect.get(value, 'toJSON') === 'function') return JSON.parse(JSON.stringify(value))
  if (Array.isArray(value)) return value.map(plain)
  return Object.fromEntries(Object.entries(value).map(([field, each]) => [field, plain(each)]))
}
