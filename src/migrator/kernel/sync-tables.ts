/**
 * The tables, views and functions of the sync in one database. A host that pulls no history may do without them, and
 * may have them back. The locks of the sync are leases, which stay.
 */
export interface SyncTables {
  /** What there is. It changes nothing. */
  look(): Promise<SyncTablesReport>
  /**
   * Drops all of them in one step, with what they hold: how far each session was. A sync that is at work fails with its
   * next page. Drops nothing where there is nothing. Throws MIGRATION_LOCKED.
   */
  remove(options: SyncTablesOptions): Promise<SyncTablesReport>
  /** Makes those that are missing, and returns what there is then. Throws MIGRATION_LOCKED. */
  restore(options: SyncTablesOptions): Promise<SyncTablesReport>
}

export interface SyncTablesOptions {
  /** How long to wait for a runner of migrations, in milliseconds. */
  readonly lockWaitMs: number
  readonly signal: AbortSignal
}

export interface SyncTablesReport {
  readonly database: string
  /** In words: `table sync_state`, `function acquire_sync_lock`. Empty where the sync was removed. */
  readonly objects: readonly string[]
  /** How many sessions the table holds. */
  readonly sessions: number
}
