import type { JsonObject } from '../json.js'
import type { Channel, Contact, Conversation, Direction, Inbox, Message } from '../records.js'

/** What is stored beyond the public fields, for the memory and the MongoDB adapter. Rows are never changed in place. */
export interface OperationMark {
  readonly id: string
  readonly outcome: 'created' | 'updated' | 'reopened' | 'adopted'
  /** On the database's own clock, whatever clock was injected. */
  readonly at: Date
}

export interface ConversationRow extends Conversation {
  readonly contactInboxId: string
  readonly usernameKey: string | null
  readonly lastEventSeq: number
  /** The message whose preview is shown. */
  readonly lastMessageRowId: string | null
  /** The last ones (`rememberedOperations`), oldest first. */
  readonly operations: readonly OperationMark[]
}

export interface Watermark {
  readonly upTo: Date
  readonly at: Date
}

export interface ContactInboxRow {
  readonly id: string
  readonly accountId: string
  readonly oaId: string
  readonly customerId: string
  readonly contactId: string | null
  /** Another contact inbox that this one is an alias of; never itself, never an alias. */
  readonly canonicalId: string | null
  readonly channel: Channel
  readonly deliveredWatermark: Watermark | null
  readonly readWatermark: Watermark | null
  readonly createdAt: Date
}

export interface ReactionMark {
  readonly senderId: string
  /** Null: taken away, and kept so that a late older reaction does not come back. */
  readonly emoji: string | null
  readonly occurredAt: Date
}

export interface MessageRow extends Omit<Message, 'reactions'> {
  readonly editNumber: number
  readonly reactionMarks: readonly ReactionMark[]
}

export interface EventRow {
  readonly id: string
  readonly accountId: string
  readonly contactInboxId: string
  /** Null with `eventSeq` while the event waits. */
  readonly conversationId: string | null
  readonly eventSeq: number | null
  readonly type: string
  readonly messageId: string | null
  readonly targetMessageId: string | null
  readonly localId: string | null
  readonly senderId: string | null
  readonly direction: Direction
  /** While it waits: what is to be applied. */
  readonly payload: JsonObject | null
  readonly dedupeKey: string
  readonly operationId: string
  readonly occurredAt: Date
  readonly createdAt: Date
}

/** A contact and an inbox are stored as the host sees them, with the operations they remember. */
export interface ContactRow extends Contact {
  readonly operations: readonly OperationMark[]
}
export interface InboxRow extends Inbox {
  readonly operations: readonly OperationMark[]
}
