import type { Migration } from '../../migrator/kernel/migration.js'
import type { MigrationLogger } from '../../migrator/kernel/target.js'

/**
 * A migration as hosts write it, in an array whose order is the order in which they run. It is data, except for `up`
 * and `down` (see `revision`).
 */
export interface PostgresMigration {
  /**
   * For example `001-create-users`. Its leading digits are the version, and the version and the owner identify the
   * migration. The text after the digits may be changed without harm, unless the migration is repeatable.
   */
  readonly id: string
  /** What it does, in a sentence for people. */
  readonly description: string
  /**
   * Whether all of it is one transaction, so that a failure leaves nothing. If false, each statement stands alone, each
   * step is recorded when it is done, and the next run continues at the first step that is not recorded. False is for
   * concurrent index builds and for passes over many rows.
   */
  readonly tx: boolean
  /** Whether it runs in the public schema. */
  readonly isPublic: boolean
  /** Whether it runs in each tenant's schema. */
  readonly isTenant: boolean
  /**
   * Whether it runs again, after its owner's other migrations, each time its text is not the one that ran last. This is
   * for functions and views, which each release may define anew. The text after the digits of its `id` and the owner
   * then identify the migration. The digits tell which of two programs has the newer text, so raise them with every
   * change. Default false.
   */
  readonly repeatable?: boolean
  /**
   * The SQL steps, in the order in which they run. They run before the indexes are built and before `up`. If `tx` is
   * false, a statement may run again after a crash.
   */
  readonly steps: readonly PostgresStep[]
  /**
   * Indexes to build, concurrently if `tx` is false. One that has the name of an earlier migration's index takes its
   * place: the last declaration of a name wins. `down` puts back what was declared before.
   */
  readonly indexes?: readonly PostgresIndex[]
  /**
   * Names of indexes of earlier migrations that are retired from here on. They are dropped after `up`, so that what
   * replaces them is there. `down` makes them again.
   */
  readonly drop?: readonly string[]
  /** The indexes that the SQL of the steps makes, so that `sync:indexes` knows them as declared. They are not steps. */
  readonly sqlIndexes?: (context: SqlContext) => readonly PostgresIndex[]
  /**
   * Moves data, after the steps and the indexes. If `tx` is false, it may run again after a crash, and `context.batch`
   * then continues where it was.
   */
  readonly up?: MigrationCode
  /** The way back. The indexes become what they were before even without it. */
  readonly down?: MigrationCode | readonly PostgresStep[]
  /** Stands for the code of `up` in the checksum, so change it when you change `up`. Default '1'. */
  readonly revision?: string
  /** Who declares the migration. Default `host`. */
  readonly owner?: string
}

/** A step of a migration, in SQL. */
export interface PostgresStep {
  /** The step's name, which is unique in its migration. */
  readonly name: string
  /**
   * One statement, or several in order, without values and without `begin`. It must depend on nothing but the context,
   * because it is part of the checksum.
   */
  readonly sql: string | readonly string[] | ((context: SqlContext) => string | readonly string[])
  /** The lines that a dry run shows instead of the statements, if these are too long to read. */
  readonly inShort?: (context: SqlContext) => readonly string[]
}

/** The schema in which a migration runs, as its SQL needs it. */
export interface SqlContext {
  /** The schema's name, unquoted. */
  readonly schema: string
  /** The schema as a quoted identifier. */
  readonly quotedSchema: string
  /** Text before the store's own names. Default ''. */
  readonly tablePrefix: string
  /** The number of partitions of the store's own tables, or null for plain tables. */
  readonly partitions: number | null
}

/** An index that a migration makes, and that `sync:indexes` keeps. */
export interface PostgresIndex {
  /** The table's name in the schema of the run, unquoted. */
  readonly table: string
  /** The index's name, unquoted, of at most 63 bytes. */
  readonly name: string
  /**
   * The text between the parentheses: `account_id, created_at desc`, with collations, operator classes and what they
   * take: `name gin_trgm_ops`.
   */
  readonly columns: string
  /** The access method, such as `gin`, `gist`, `brin` and `hash`. Default `btree`. */
  readonly method?: string
  /** Columns that the index holds beside its key: the text between the parentheses of `include`. */
  readonly include?: string
  /** Whether a unique index takes nulls for equal. Needs PostgreSQL 15. Default false. */
  readonly nullsNotDistinct?: boolean
  /**
   * How the index is stored: the text between the parentheses of `with`. It is used when the index is built. A change
   * of it alone builds nothing anew.
   */
  readonly with?: string
  /** Default false. */
  readonly unique?: boolean
  /** The condition of a partial index: the text after `where`. */
  readonly where?: string
  /**
   * The set that the index belongs to: every run builds `store`, and a run builds `platform` unless it asks for `store`
   * alone. Default `store`.
   */
  readonly indexSet?: 'store' | 'platform'
  /** The query that the index is for, in words. */
  readonly serves?: string
  /**
   * Whether the table may have been dropped on purpose. `sync:indexes` then neither misses nor makes the index. Default
   * false.
   */
  readonly mayBeAbsent?: boolean
}

/** Code of a migration, which sends its statements over `session`. */
export type MigrationCode = (session: MigrationSession, context: MigrationContext) => Promise<void>

/** The run's own connection. What is sent over another connection is not protected by the run's lock. */
export interface MigrationSession {
  /**
   * Returns rows as the host's driver parses them, so cast a value to text if it must not depend on the driver. Several
   * statements in one text are possible only without values.
   */
  query(text: string, values?: readonly unknown[]): Promise<readonly Readonly<Record<string, unknown>>[]>
}

/** What the code of a migration gets from its run. */
export interface MigrationContext {
  /** Aborted when the run is to stop. */
  readonly signal: AbortSignal
  readonly logger: MigrationLogger
  /** Whether this is a preview, which runs in a read-only transaction and ends at the first write. */
  readonly dryRun: boolean
  /** The schema's name, unquoted. */
  readonly schema: string
  /**
   * Goes over the rows that exist when it begins, in the order of the key, one page at a time. If `tx` is false, each
   * page is a transaction that also saves the cursor, so that after a crash the next run continues with exactly the
   * next page.
   */
  batch(
    pass: KeysetPass,
    work: (rows: readonly Readonly<Record<string, unknown>>[], session: MigrationSession) => Promise<void>,
  ): Promise<void>
}

/** A pass of `context.batch` over the rows of a table. */
export interface KeysetPass {
  /** The table's name in the schema of the run, unquoted. */
  readonly table: string
  /** The column or columns of the key. They are not null, are unique together and have an index. */
  readonly key: string | readonly string[]
  /** An SQL condition over the table's columns. `work` may change rows so that they no longer meet it. */
  readonly where?: string
  /** Rows per page. Default: the run's batch size. */
  readonly size?: number
}

/** A migration as the runner sees it. */
export interface RunnablePostgresMigration extends Migration {
  readonly isPublic: boolean
  readonly isTenant: boolean
  readonly definition: PostgresMigration
}
