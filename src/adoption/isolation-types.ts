import type { BackfillClasses } from './backfill-types.js'
import type { AdoptionOptions, IntegrationsTable } from './options.js'
import type { Doubles } from './swap-types.js'
import type { UniqueOver } from './unique-key.js'

export interface IsolationOptions extends Pick<AdoptionOptions, 'db' | 'conversations'> {
  /** The host's integrations, which give an account for each `oaId`. Default: `integrations` of the same database. */
  readonly integrations?: IntegrationsTable
  /** As `swapUniqueIndex` has it. */
  readonly over?: UniqueOver
  readonly oldIndex?: string
  readonly newIndex?: string
}

/** What a database lacks until accounts are walls in it. Ids are as people read them. */
export interface IsolationReport extends BackfillClasses {
  /** Whether every conversation has an account, there are no doubles, and the new index stands in place of the old. */
  readonly ok: boolean
  /** What is missing for that, in sentences, each with what to run. */
  readonly problems: readonly string[]
  /** Conversations without an account, of whatever class. */
  readonly missing: number
  /** The accounts with the most conversations, at most 1,000. */
  readonly accounts: readonly { readonly accountId: string; readonly conversations: number }[]
  /** What the new unique index would refuse. Null if there is nothing. */
  readonly doubles: Doubles | null
  /**
   * The inboxes that have conversations in several accounts, at most 100, for the operator alone. After an inbox went
   * from one account to another this is as it should be.
   */
  readonly acrossAccounts: readonly {
    readonly oaId: string
    readonly accounts: readonly { readonly accountId: string; readonly conversations: number }[]
  }[]
  readonly indexes: {
    /** Unique ones over the inbox and the customer alone. */
    readonly old: readonly string[]
    readonly new: { readonly name: string; readonly state: 'absent' | 'guarded' | 'unique'; readonly forbids: string }
  }
}

/** What the engines read, from which the report is made. */
export type IsolationFacts = Omit<IsolationReport, 'ok' | 'problems' | 'missing'>
