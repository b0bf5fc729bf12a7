import type { Diagnosis } from './databases.js'
import type { IndexBuild } from './kernel/index-build.js'
import type { LockHolder, PassedRows, PreviewedStep } from './kernel/target.js'

/**
 * `store` stands for the indexes that the store's own queries and guards need, `platform` for those and the ones that
 * an operator's reports ask for.
 */
export type IndexSet = 'store' | 'platform'

/**
 * The state of one database after a command:
 * - `pending`: a dry run, or `status`, found something to do.
 * - `refused`: the ledger and the program contradict each other (drift).
 * - `newer`: the database was migrated by a newer program.
 * - `skipped`: the source of the tenants names no database for the tenant. See `why`.
 * - `not-reached`: the run ended before it got there. See `why`.
 */
export type DatabaseState = 'applied' | 'up-to-date' | 'pending' | 'failed' | 'locked' | 'refused' | 'newer' | 'skipped' | 'not-reached'

/** How a whole run ended, in the order of the exit codes that the CLI gives them. */
export type Verdict = 'done' | 'error' | 'pending' | 'locked' | 'some-failed' | 'drift' | 'obstructed' | 'newer'

export interface PreviewedMigration {
  readonly migration: string
  readonly steps: readonly PreviewedStep[]
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

export interface DoctorReport {
  readonly verdict: Verdict
  readonly diagnoses: readonly Diagnosis[]
}

export interface LockReport extends LockHolder {
  readonly tenantId: string | null
  readonly database: string
}

export interface Progress {
  /** Null for the public database. */
  readonly tenantId: string | null
  readonly database: string
  readonly state: 'waiting' | 'running' | DatabaseState
  /** The migration and the step at work, or that failed. Null at any other time. */
  readonly migration: string | null
  readonly step: string | null
  /** How far the step has got with the documents or rows that it goes over. Null while it goes over none. */
  readonly rows: PassedRows | null
  /** How far the server has got with the index that the step builds. Null while it builds none, or does not tell. */
  readonly build: IndexBuild | null
  /** How many databases have ended so far, in whichever state. */
  readonly finished: number
  /** How many there are. Null if the source of the tenants is a function, or has not been counted yet. */
  readonly expected: number | null
}
