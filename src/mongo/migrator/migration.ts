import type { Migration } from '../../migrator/kernel/migration.js'
import type { MigrationLogger } from '../../migrator/kernel/target.js'
import type { Doc, MongoDb, MongoSession } from '../driver.js'
import type { CollectionIndex } from './indexes/declared-index.js'

/**
 * A versioned change of one collection. A host declares its migrations in an array, and they run in the array's order.
 */
export interface CollectionMigration {
  readonly collectionName: string
  /** A name for people, such as `002-add-priority`. Changing it has no effect. */
  readonly name: string
  readonly description: string
  /** Together with the collection this identifies the migration. Versions that are numbers are compared as numbers. */
  readonly version: string
  /** True if it runs in the public database. */
  readonly isPublic: boolean
  /** True if it runs in every tenant's database. */
  readonly isTenant: boolean
  /**
   * The options with which the collection is made, as `createCollection` takes them: a validator, `timeseries`,
   * `capped`, `clusteredIndex`, `collation`. A collection that is there gets those that the server changes, which are
   * `validator`, `validationLevel`, `validationAction`, `changeStreamPreAndPostImages` and `expireAfterSeconds`. If it
   * differs in another one, the migration fails with UNSUPPORTED. A later migration may declare them anew.
   */
  readonly collectionOptions?: Doc
  /**
   * The indexes, which are made before `up` moves data. One that has the name of an earlier migration's index takes its
   * place: the last declaration of a name wins. `down` puts back what was declared before.
   */
  readonly indexes: readonly CollectionIndex[]
  /**
   * Names of indexes of earlier migrations that are retired from here on. They are dropped after `up`, so that what
   * replaces them is there. `down` makes them again.
   */
  readonly drop?: readonly string[]
  /** Represents the code of `up` and `down` in the checksum. Raise it when a change of that code matters. */
  readonly revision?: number
  /** Who declares the migration. Default `host`. */
  readonly owner?: string
  /**
   * Moves data. It may be run again after a crash, so it must recognise what is already done, which `context.batch`
   * does for it. A dry run calls it too, with a database that refuses writes, and stops it at its first write.
   */
  up?(db: MongoDb, collectionName: string, context: MigrationContext): Promise<void>
  /**
   * Undoes `up`. The indexes are dropped after it. A migration with `up` but without `down` cannot be reverted
   * (UNSUPPORTED).
   */
  down?(db: MongoDb, collectionName: string, context: MigrationContext): Promise<void>
}

/** What `up` and `down` get as their third argument. */
export interface MigrationContext {
  /** Aborted when the run is aborted, and when the lock was lost. */
  readonly signal: AbortSignal
  readonly logger: MigrationLogger
  /**
   * Goes over a collection in the order of `_id`, whatever the types of the ids. It stores the place it has reached in
   * the same database, so that the next run continues there. A document that is inserted while the pass runs is
   * included only if its id sorts after that place and not above the highest id at the start.
   *
   * On a replica set the place is written in one transaction with everything that `work` writes with the session it
   * gets, so each document is processed exactly once. On a standalone server, and for writes without that session, it
   * is at least once: after a crash the last batch comes again. `work` may be called again for the same batch while
   * other writers are faster.
   */
  batch(pass: BatchPass, work: (documents: Doc[], batch: BatchScope) => Promise<unknown>): Promise<BatchResult>
  readonly dryRun: boolean
}

export interface BatchPass {
  /** Default: the migration's collection. */
  readonly collection?: string
  /** Distinguishes the passes of one migration. Default: the collection's name. */
  readonly name?: string
  /** Selects the documents. Default: all of them. */
  readonly filter?: Doc
  readonly projection?: Doc
  /** Documents per batch. Default: the run's batch size. */
  readonly size?: number
}

export interface BatchScope {
  /** Pass it to each write as `{ session }`. Undefined on a standalone server, and in a dry run. */
  readonly session: MongoSession | undefined
  readonly signal: AbortSignal
}

export interface BatchResult {
  /** How many documents this run went over, or in a dry run would go over. */
  readonly documents: number
}

/** A `CollectionMigration` in the form that the runner takes. */
export interface MongoMigration extends Migration {
  readonly isPublic: boolean
  readonly isTenant: boolean
  readonly definition: CollectionMigration
}
