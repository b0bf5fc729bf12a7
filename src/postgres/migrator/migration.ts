import type { Migration } from '../../migrator/kernel/migration.js'
import type { MigrationLogger } from '../../migrator/kernel/target.js'

/**
 * A migration as hosts write it, in an array whose order is the order of running. Data, save `up` and `down`: see
 * `revision`.
 */
export interface PostgresMigration {
  /**
   * `001-create-users`: its leading digits are the version, and with the owner its identity; the rest may be changed
   * without harm.
   */
  readonly id: string
  readonly description: string
  /**
   * True: all of it is one transaction, and a failure leaves nothing. False: each statement stands alone, each step is
   * recorded when it is done, and the next run goes on at the step that is not: for concurrent index builds and passes
   * over many rows.
   */
  readonly tx: boolean
  readonly isPublic: boolean
  readonly isTenant: boolean
  /**
   * True: it runs again whenever its text is another than the one that was run last, after its owner's other
   * migrations: for functions and views, which each release may define anew. Its identity is then what follows the
   * digits of its `id`, and the digits say which of two programs has the newer text: raise them with every change.
   * Default false.
   */
  readonly repeatable?: boolean
  /**
   * Run in order, before the indexes are built and before `up`. Where `tx` is false, a statement may be run again after
   * a crash.
   */
  readonly steps: readonly PostgresStep[]
  /** Built concurrently where `tx` is false. */
  readonly indexes?: readonly PostgresIndex[]
  /** Indexes that the SQL of the steps makes, so that `sync:indexes` knows them as declared. No steps of their own. */
  readonly sqlIndexes?: (context: SqlContext) => readonly PostgresIndex[]
  /**
   * Moves data, after steps and indexes. Where `tx` is false it may be run again after a crash; `context.batch` goes on
   * where it was.
   */
  readonly up?: MigrationCode
  /** The way back. The declared indexes are dropped without it. */
  readonly down?: MigrationCode | readonly PostgresStep[]
  /** Stands for the code in the checksum: change it when `up` is changed. Default '1'. */
  readonly revision?: string
  /** Default `host`. */
  readonly owner?: string
}

export interface PostgresStep {
  /** Unique in its migration. */
  readonly name: string
  /**
   * One statement, or several in order; no values, and no `begin`. Made of nothing but the context: it is in the
   * checksum.
   */
  readonly sql: string | readonly string[] | ((context: SqlContext) => string | readonly string[])
  /** What a dry run tells instead of the statements, where these are too long to be read; a line each. */
  readonly inShort?: (context: SqlContext) => readonly string[]
}

/** Where a migration runs. */
export interface SqlContext {
  readonly schema: string
  /** The schema as an identifier. */
  readonly quotedSchema: string
  /** Put before the store's own names; '' by default. */
  readonly tablePrefix: string
  /** Of the store's own tables; null: plain ones. */
  readonly partitions: number | null
}

/** An index that a migration makes, and that `sync:indexes` keeps. */
export interface PostgresIndex {
  /** In the schema of the run, unquoted. */
  readonly table: string
  /** At most 63 bytes. */
  readonly name: string
  /** As it stands between the parentheses: `account_id, created_at desc`. */
  readonly columns: string
  readonly unique?: boolean
  /** The condition of a partial index, as it stands after `where`. */
  readonly where?: string
  /** Default `store`: every run builds it. */
  readonly indexSet?: 'store' | 'platform'
  /** The query that it is for, in words. */
  readonly serves?: string
}

export type MigrationCode = (session: MigrationSession, context: MigrationContext) => Promise<void>

/** The run's own connection: what is not sent over it is not under the run's lock. */
export interface MigrationSession {
  /**
   * Rows as the host's driver parses them: cast to text what must not depend on it. Several statements only without
   * values.
   */
  query(text: string, values?: readonly unknown[]): Promise<readonly Readonly<Record<string, unknown>>[]>
}

export interface MigrationContext {
  readonly signal: AbortSignal
  readonly logger: MigrationLogger
  /** True: a preview, in a read-only transaction; the first write ends it. */
  readonly dryRun: boolean
  readonly schema: string
  /**
   * Goes over the rows that are there when it begins, in the order of the key, a page at a time. Where `tx` is false
   * each page is a transaction that also keeps the cursor: after a crash the next run goes on with exactly the next
   * page.
   */
  batch(
    pass: KeysetPass,
    work: (rows: readonly Readonly<Record<string, unknown>>[], session: MigrationSession) => Promise<void>,
  ): Promise<void>
}

export interface KeysetPass {
  /** In the schema of the run, unquoted. */
  readonly table: string
  /** Column or columns, not null, that are unique together and have an index. */
  readonly key: string | readonly string[]
  /** SQL over the table's columns. What `work` changes may leave it. */
  readonly where?: string
  /** Rows a page; default: the run's. */
  readonly size?: number
}

/** As the runner sees it. */
export interface RunnablePostgresMigration extends Migration {
  readonly isPublic: boolean
  readonly isTenant: boolean
  readonly definition: PostgresMigration
}
