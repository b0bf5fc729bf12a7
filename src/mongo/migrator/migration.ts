import { checksumOf } from '../../migrator/kernel/checksum.js'
import { hostOwner, type IndexSet, type Migration, type MigrationStep } from '../../migrator/kernel/migration.js'
import type { MigrationLogger } from '../../migrator/kernel/target.js'
import type { Doc, MongoDb, MongoSession } from '../driver.js'
import type { CollectionIndex } from './indexes/declared-index.js'
import { requireRegistry } from './require-registry.js'

/** A versioned change of one collection, as a host declares it in its array of migrations, whose order is the order of running. */
export interface CollectionMigration {
  readonly collectionName: string
  /** For people: `002-add-priority`. May be changed without harm. */
  readonly name: string
  readonly description: string
  /** With the collection it is the migration's identity; compared as a number where it is one. */
  readonly version: string
  /** Run in the public database. */
  readonly isPublic: boolean
  /** Run in every tenant's database. */
  readonly isTenant: boolean
  /** Made before `up` moves data. */
  readonly indexes: readonly CollectionIndex[]
  /** Stands for the code of `up` and `down` in the checksum: raise it when a change of the code matters. */
  readonly revision?: number
  /** Who declares it; default `host`. */
  readonly owner?: string
  /**
   * Moves data. It may be run again after a crash, so it must find what is done already; `context.batch` keeps that for it. A dry run calls
   * it too, with a database that refuses writes, up to the first.
   */
  up?(db: MongoDb, collectionName: string, context: MigrationContext): Promise<void>
  /** The way back of `up`; the indexes are dropped after it. */
  down?(db: MongoDb, collectionName: string, context: MigrationContext): Promise<void>
}

/** What `up` and `down` get. */
export interface MigrationContext {
  /** Aborted when the run is, and when the lock was lost. */
  readonly signal: AbortSignal
  readonly logger: MigrationLogger
  /**
   * Goes over a collection by `_id`, whatever the types of the ids, and keeps the place it got to in the same database, so that the next run
   * goes on there. What is added while it runs comes only where its id lies below the highest at the start.
   *
   * On a replica set the place is written in one transaction with what `work` writes with the session that it gets: each document once. On a
   * standalone server, and for writes without that session, at least once: the last batch comes again after a crash. `work` may be called
   * again for the same batch while other writers are faster.
   */
  batch(pass: BatchPass, work: (documents: Doc[], batch: BatchScope) => Promise<unknown>): Promise<BatchResult>
  readonly dryRun: boolean
}

export interface BatchPass {
  /** Default: the migration's. */
  readonly collection?: string
  /** Tells the passes of one migration apart; default: the collection. */
  readonly name?: string
  /** Which documents; default: all. */
  readonly filter?: Doc
  readonly projection?: Doc
  /** Documents a batch; default: the run's. */
  readonly size?: number
}

export interface BatchScope {
  /** Give it to each write: `{ session }`. Undefined on a standalone server, and in a dry run. */
  readonly session: MongoSession | undefined
  readonly signal: AbortSignal
}

export interface BatchResult {
  /** That this run went over; in a dry run, that it would. */
  readonly documents: number
}

/** A `CollectionMigration` as the runner sees it. */
export interface MongoMigration extends Migration {
  readonly definition: CollectionMigration
}

export const collectionStep = 'collection'
export const indexesStep = 'indexes'
export const platformIndexesStep = 'indexes of the platform'
export const upStep = 'up'

/** The registry as the runner takes it. Throws VALIDATION_FAILED, which names each fault. */
export function mongoMigrations(registry: readonly CollectionMigration[]): readonly MongoMigration[] {
  requireRegistry(registry)
  return registry.map(toMigration)
}

function toMigration(definition: CollectionMigration): MongoMigration {
  const { collectionName, name, description, version, isPublic, isTenant, owner = hostOwner } = definition
  const checksum = checksumOf({
    indexes: definition.indexes.map(({ key, options, indexSet }) => ({ key: Object.entries(key), options: plain(options), indexSet })),
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

function stepsOf(definition: CollectionMigration): readonly MigrationStep[] {
  return [
    { name: indexesOf(definition, 'store').length > 0 ? indexesStep : collectionStep },
    ...(indexesOf(definition, 'platform').length > 0 ? [{ name: platformIndexesStep, indexSet: 'platform' as const }] : []),
    ...(definition.up ? [{ name: upStep }] : []),
  ]
}

/** Those that belong to the one set alone. */
export function indexesOf({ indexes }: CollectionMigration, set: IndexSet): readonly CollectionIndex[] {
  return indexes.filter(({ indexSet = 'store' }) => indexSet === set)
}

/** Values of BSON, of whichever copy of it, as JSON has them: a date, an id or a pattern in an index's condition counts too. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint' || value instanceof RegExp) return String(value)
  if (typeof value !== 'object' || value === null) return value
  if (typeof Reflect.get(value, 'toJSON') === 'function') return JSON.parse(JSON.stringify(value))
  if (Array.isArray(value)) return value.map(plain)
  return Object.fromEntries(Object.entries(value).map(([field, each]) => [field, plain(each)]))
}
