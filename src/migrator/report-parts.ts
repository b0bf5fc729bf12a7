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

export interface PreviewedMigration {
  readonly migration: string
  readonly steps: readonly {
    readonly step: string
    readonly would: readonly string[]
    readonly count: number | null
    readonly obstacles: readonly string[]
  }[]
}

export interface ListedMigration {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly collection: string
  readonly version: string
  readonly isPublic: boolean
  readonly isTenant: boolean
  readonly steps: readonly string[]
  readonly checksum: string
}
