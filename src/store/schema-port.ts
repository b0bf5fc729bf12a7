export interface MigrateStoreOptions {
  /**
   * Roles that serve (PostgreSQL and PGlite). Each is granted what it needs, and added to the policy that lets it work
   * with all accounts. Naming a role again changes nothing, and a role that is not named keeps what it has.
   */
  readonly servingRoles?: readonly string[]
}
export interface MigrationReport {
  /** The steps that this call ran, in order. Empty when the schema was up to date. */
  readonly applied: readonly string[]
  /** The number of the schema after the call. */
  readonly schema: number
  /**
   * Unique indexes on the store's tables or collections that the store did not make, in words, if there are any. They
   * are looked for when a step was applied; `checkSchema()` looks for them at any time.
   */
  readonly foreign?: readonly string[]
}
export interface SchemaReport {
  readonly ok: boolean
  /** The number of the schema in the database; 0 when there is none. */
  readonly schema: number
  /** Tables, columns, indexes and functions that should exist and do not, e.g. `index idx_conversations_user_phone`. */
  readonly missing: readonly string[]
  /** Those that exist, but differ from what this library makes. */
  readonly different: readonly string[]
  /**
   * Unique indexes on the store's tables or collections that the store did not make, in words, if there are any. A
   * write that one of them refuses throws FOREIGN_UNIQUE_INDEX, so `ok` is false.
   */
  readonly foreign?: readonly string[]
  /**
   * On PostgreSQL, in words, if there are any: what a serving role lacks, and who may reach the store's tables or
   * functions although row security holds that role and no policy names it. They do not change `ok`.
   */
  readonly rights?: readonly string[]
}
