import type { Backup } from './backup.js'
import type { AdoptionOptions } from './options.js'
import type { UniqueOver } from './unique-key.js'

export interface MergeOptions extends AdoptionOptions {
  /** Whether only active conversations are doubles of each other, or all. Default `active`. */
  readonly over?: UniqueOver
  /** The host's messages. Null if it keeps none, so that only the conversations are merged. Default: `messages`. */
  readonly messages?: MessagesTable | null
  /** The counters of a conversation that are recomputed. Default: none. */
  readonly counters?: ConversationCounters
}

/** The host's messages, by the names that they have there. */
export interface MessagesTable {
  /** The collection or table. Default `messages`. */
  readonly name?: string
  /** The conversation that a message is of. Default `conversation_id`. */
  readonly conversationId?: string
  /**
   * The id that the channel gave a message, by which doubles are known. Null if there is none. Default `message_id`.
   */
  readonly messageId?: string | null
}

/** Fields of a conversation that hold a number of its messages. */
export interface ConversationCounters {
  /** All messages. */
  readonly messages?: string
  /** The messages that have these values. */
  readonly unread?: { readonly field: string; readonly where: Readonly<Record<string, string | number | boolean | null>> }
}

export interface MergePlan extends Backup {
  /** Which conversation of a group is kept, in a sentence. */
  readonly kept: string
  readonly groups: number
  /** Conversations that go into the archive. */
  readonly losers: number
  readonly revertible: 'from the archive'
  readonly warnings: readonly string[]
}

/** What this run did. */
export interface MergeApplied {
  readonly groups: number
  readonly losers: number
  readonly movedMessages: number
  /**
   * Messages whose id the kept conversation had already, or, on PostgreSQL, the key of a unique index that
   * `addOptimisticLocking` made. They are in the archive.
   */
  readonly doubledMessages: number
  /** Messages that came for a loser after it was merged, and were moved after it. */
  readonly lateMessages: number
}

export interface MergeVerified {
  /** Whether there are no doubles, and no message is of a conversation that was merged away. */
  readonly ok: boolean
  readonly groups: number
  /** Messages that came for a conversation that was merged away. `apply` moves them. */
  readonly strandedMessages: number
}

export interface MergeReverted {
  readonly restored: number
  readonly movedBack: number
}
