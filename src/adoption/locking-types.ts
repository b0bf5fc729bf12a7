import type { Backup } from './backup.js'
import type { AdoptionOptions } from './options.js'

export interface LockingOptions extends Omit<AdoptionOptions, 'conversations'>, LockingTables {}

/** The host's tables, by the names that they have there. */
export interface LockingTables {
  readonly conversations?: {
    /** Default `messenger_conversations`. */
    readonly name?: string
    /** The schema of both tables, where everything else is made too. Default `public`. */
    readonly schema?: string
    /** The column by which events name their conversation. Default `conversation_id`. */
    readonly id?: string
    /** Default `sender_id`. */
    readonly senderId?: string
    /** Default `page_id`. */
    readonly pageId?: string
  }
  readonly events?: {
    /** Default `contact_interaction_events`. */
    readonly name?: string
    /** The key of an event, of which the least is kept of doubles. Default `id`. */
    readonly id?: string
    /** Default `conversation_id`. */
    readonly conversationId?: string
    /** The id that the channel gave a message. Default `message_id`. */
    readonly messageId?: string
    /** What tells events without a message id apart, beside their time. Default `event_type`. */
    readonly type?: string
    /** Default `event_timestamp`. */
    readonly occurredAt?: string
  }
}

export interface LockingPlan extends Backup {
  /** What would be made: `column version`, `index idx_unique_event_by_message`, `function acquire_sync_lock`, … */
  readonly missing: readonly string[]
  /** Events that would go into the archive, because an earlier one has the same message id, or the same time. */
  readonly doubles: number
  readonly revertible: 'yes, and versions are gone then'
  readonly warnings: readonly string[]
}

export interface LockingApplied {
  readonly added: readonly string[]
  /** Events that went into the archive. */
  readonly doubles: number
}

/** What the queries answer, by their names. */
export interface LockingAnswers {
  readonly versionColumns: number
  readonly eventIndexes: number
  readonly tables: number
  readonly functions: number
  readonly views: number
  readonly conversations: number
  /** Conversations without an event. */
  readonly withoutEvents: number
  /** Pairs of a sender and a page that several conversations have. */
  readonly duplicates: number
}

export interface LockingVerified extends LockingAnswers {
  /** Whether every query answers what it should. */
  readonly ok: boolean
  /** What does not, in sentences. */
  readonly problems: readonly string[]
}

export interface LockingReverted {
  readonly dropped: readonly string[]
  /** Events that came back from the archive. */
  readonly restored: number
  /** Events that stay in the archive, because their id is taken again, or another unique index refuses them. */
  readonly left: number
}
