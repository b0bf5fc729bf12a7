export interface DatabaseFailure {
  /** An error code of the library, or `MIGRATION_FAILED` for any other error. */
  readonly code: string
  readonly migration: string | null
  readonly step: string | null
  readonly message: string
  /** The command to run next, once the cause is mended. */
  readonly next: string
  /**
   * The details of the library's error, such as duplicate groups, ids that changed, or the holder of the lock. Null for
   * any other error.
   */
  readonly details: unknown
}

/** Why the tenants could not be listed, or not all of them. */
export interface SourceFailure {
  /** An error code of the library, or `ERROR` for any other error. */
  readonly code: string
  readonly message: string
  readonly details: unknown
}
