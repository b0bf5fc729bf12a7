import type { Backup } from './backup.js'
import type { AdoptionOptions, IntegrationsTable } from './options.js'
import type { OrphanPolicy } from './orphans.js'

export interface BackfillOptions extends AdoptionOptions {
  /** The host's integrations, which give an account for each `oaId`. Default: `integrations` of the same database. */
  readonly integrations?: IntegrationsTable
  /** What becomes of conversations without an integration. Default `{ policy: 'report' }`. */
  readonly orphans?: OrphanPolicy
}

/** How many conversations are of each class. */
export interface BackfillClasses {
  readonly conversations: number
  /** Without an account, and all integrations that claim their `oaId` name the same one. They get it. */
  readonly resolved: number
  /** With an account. They are never changed. */
  readonly alreadySet: number
  /** Without an account, and no integration claims their `oaId`. */
  readonly orphans: number
  /**
   * With an account, although no integration claims their `oaId`, as after a disconnection. They are among
   * `alreadySet`.
   */
  readonly orphansWithAccount: number
  /**
   * Without an account, and integrations of several accounts claim their `oaId`. Nobody but the host knows whose it is.
   */
  readonly ambiguous: number
  /** Without an account, and their integration has none either. */
  readonly noAccount: number
  /** Without an account and without an `oaId` (missing, null or empty). */
  readonly noOaId: number
}

export interface BackfillPlan extends BackfillClasses, Backup {
  /** Only what a quarantine took away can be brought back without the backup. */
  readonly revertible: 'with the backup' | 'the quarantine'
  /** What makes `apply` slow or should be known before it, in sentences. */
  readonly warnings: readonly string[]
}

/**
 * What the pass did, in all its runs. After a crash on MongoDB, conversations of the batch at work may be missing from
 * `updated`: they were written, and the next run found them done. `verify` counts what is there.
 */
export interface BackfillApplied {
  readonly updated: number
  /** Got their account by the policy `assign`. */
  readonly assigned: number
  readonly quarantined: number
  readonly deleted: number
  /** Were given an account, or were deleted, by others while the pass was at them. */
  readonly keptAsSet: number
  /** Were left as they are, and why. */
  readonly left: Readonly<Record<'orphan' | 'ambiguous' | 'noAccount' | 'noOaId', number>>
}

export interface BackfillVerified extends BackfillClasses {
  /** Whether nothing is left that the integrations could resolve. */
  readonly ok: boolean
}

export interface BackfillReverted {
  /** Conversations that were moved back from the quarantine. */
  readonly restored: number
  /** Conversations that stay there, because their id is taken again, or a unique index refuses them. */
  readonly left: number
}
