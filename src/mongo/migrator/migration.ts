import type { Migration } from '../../migrator/kernel/migration.js'
import type { MigrationLogger } from '../../migrator/kernel/target.js'
import type { Doc, MongoDb, MongoSession } from '../driver.js'
import type { CollectionIndex } from './indexes/declared-index.js'

/**
 * A versioned change of one collection, as a host declares it in its array of migrations, whose order is the order of
 * running.
 */
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
   * Moves data. It may be run again after a crash, so it must find what is done already; `context.batch` keeps that for
   * it. A dry run calls it too, with a database that refuses writes, up to the first.
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
   * Goes over a collection by `_id`, whatever the types of the ids, and keeps the place it got to in the same database,
   * so that the next run goes on there. What is added while it runs comes only where its id lies below the highest at
   * the start.
   *
   * On a replica set the place is written in one transaction with what `work` writes with the session that it gets:
   * each document once. On a standalone server, and for writes without that session, at least once: the last batch
   * comes again after a crash. `work` may be called again for the same batch while other writers are faster.
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
  readonly isPublic: boolean
  readonly isTenant: boolean
  readonly definition: CollectionMigration
}
