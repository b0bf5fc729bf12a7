import type { Inbox } from '../inboxes.js'
import type { JsonObject } from '../json.js'
import type { Channel, Contact, Conversation, Direction, Message } from '../records.js'

/**
 * An operation that a row remembers. The rows in this file hold what is stored beyond the public fields, for the memory
 * and the MongoDB adapter. They are never changed in place.
 */
export interface OperationMark {
  readonly id: string
  readonly outcome: 'created' | 'updated' | 'reopened' | 'adopted' | 'merged'
  /** On the database's own clock, even when a clock was injected. */
  readonly at: Date
}

/** What a row remembers of the operations that it has seen. */
export interface Remembering {
  /** The last operations (at most `rememberedOperations`, for `rememberedOperationsMs`), oldest first. */
  readonly operations: readonly OperationMark[]
  /** The time of the youngest mark that was dropped. Null while the row remembers all. */
  readonly droppedUntil: Date | null
}

export interface ConversationRow extends Omit<Conversation, 'recipientId' | 'identities' | 'redirectedFrom'>, Remembering {
  /**
   * Whether the customer has several ids, so that a read must ask the head of the group whom to answer. No copy of it
   * is kept here, because a stale one would answer a stranger.
   */
  readonly isLinked: boolean
  readonly contactInboxId: string
  readonly usernameKey: string | null
  readonly lastEventSeq: number
  /** The time of the last answer, by the order of lists by time. */
  readonly lastAnswerAt: Date | null
  /** The conversations that were merged into this one, in the order in which they came. */
  readonly parts: readonly MergedPart[]
  /** The message whose preview is shown. */
  readonly lastMessageRowId: string | null
}

/**
 * A conversation that was merged into another one. Its messages and events stay as they are stored, under its own id
 * and numbers. A host sees them in the other conversation, with `seqBase` and `eventBase` added.
 */
export interface MergedPart {
  readonly id: string
  /** The contact inbox whose conversation it was. Its head tells under which scopes the messages are stored. */
  readonly contactInboxId: string
  /** The merge that made its id lead elsewhere. */
  readonly mergeId: string
  /** The merge that brought it into this conversation: a later one, if it came with another that held it. */
  readonly by: string
  readonly seqBase: number
  readonly eventBase: number
  readonly lastSeq: number
  readonly lastEventSeq: number
  /** The read horizon of its messages, by its own numbers. */
  readonly readSeq: number
}

/** What is remembered of a merge: where the old id leads, and what undoing it needs. */
export interface MergeRow {
  readonly id: string
  readonly accountId: string
  /** The conversation that holds the other one now. */
  readonly keptId: string
  /** The conversation as it was when it was merged away. */
  readonly lost: ConversationRow
  /** What the kept one had before, of the fields that the merge may have changed. */
  readonly before: KeptBefore
  /** What parting the customers needs. Null if the merge linked nobody. */
  readonly links: MergeLinks | null
  readonly undoneAt: Date | null
  readonly undoneBy: string | null
  readonly createdAt: Date
}

export type KeptBefore = Pick<
  ConversationRow,
  'status' | 'statusChangedAt' | 'snoozedUntil' | 'closedAt' | 'lastMessageAt' | 'lastInboundAt' | 'lastActivityAt' | 'windowExpiresAt'
>

/** Two customers whom a merge has made one person, as they were before. */
export interface MergeLinks {
  /** The head of the kept conversation's customer. */
  readonly kept: ContactInboxRow
  /** The head of the other one, which is an alias now. */
  readonly lost: ContactInboxRow
  readonly keptIds: readonly string[]
  readonly lostIds: readonly Pick<ContactInboxRow, 'id' | 'customerId'>[]
  readonly lostMarks: readonly IdentityMark[]
  /** The other conversations of the lost customer. */
  readonly conversations: readonly Pick<ConversationRow, 'id' | 'contactId' | 'isLinked'>[]
  /** The number of the last event that the kept conversation held after the merge. */
  readonly lastEventSeq: number
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
  /** The contact inbox that this one is an alias of. It is never this one itself, and never an alias. */
  readonly canonicalId: string | null
  /**
   * Only on a head whose group has messages or events under several contact inboxes: the ids of all of them, its own
   * among them. Null means its own id alone.
   */
  readonly scopes: readonly string[] | null
  /**
   * Only on a head: all ids of the person, if there are several or one of them has a kind, in the order in which they
   * became known.
   */
  readonly identities: readonly IdentityMark[] | null
  /**
   * Where this id belonged before another person took it over: their head, or the row that the id had there, if that
   * tells of somebody who had it before them.
   */
  readonly previousHeadId: string | null
  readonly channel: Channel
  readonly deliveredWatermark: Watermark | null
  readonly readWatermark: Watermark | null
  /** How many events were dropped that waited here too long, or that newer ones pushed out. */
  readonly droppedEvents: number
  readonly createdAt: Date
}

/** One of the ids of a person. */
export interface IdentityMark {
  readonly id: string
  /** Null for an id that was never named with its kind. */
  readonly kind: string | null
  /** The time of the evidence that first named it as this person's. Null where nothing did, as for an adopted one. */
  readonly since: Date | null
  /** When a notice or a takeover made it this person's. Older evidence moves nothing. Null where nothing moved it. */
  readonly movedAt: Date | null
  /** Since when the id is no longer good to write to. */
  readonly formerSince: Date | null
  /** Since when the id came with another person's ids as well. It is not answered until a body settles whose it is. */
  readonly disputedSince: Date | null
  /** The operation that brought the id, so that it is recognised when it is sent again. */
  readonly operationId: string | null
}

export interface ReactionMark {
  readonly senderId: string
  /**
   * Null when the reaction was removed. The mark stays, so that an older reaction that arrives late does not bring it
   * back.
   */
  readonly emoji: string | null
  readonly occurredAt: Date
}

export interface MessageRow extends Omit<Message, 'reactions'> {
  /** The contact inbox within which `messageId` and `localId` are unique: the head's when the message was stored. */
  readonly scopeId: string
  /** True for a message of history that does not count as unread. */
  readonly isSilent: boolean
  /** When the channel last accepted the host's reply, where that differs from `sentAt`. */
  readonly acceptedAt: Date | null
  /** True when `deliveredAt` and `readAt` come from watermarks alone, so that a failure takes them back. */
  readonly isMarked: boolean
  /** True when the channel itself told of the failure, which only a delivery takes back. */
  readonly isBounced: boolean
  readonly editNumber: number
  /**
   * The merge that hides the message, because the conversation shows another copy of it. It means nothing before the
   * merge and after it was undone.
   */
  readonly doubleIn: string | null
  readonly reactionMarks: readonly ReactionMark[]
}

export interface EventRow {
  readonly id: string
  readonly accountId: string
  /** The contact inbox of the exact customerId under which the event came. */
  readonly contactInboxId: string
  /** The contact inbox within which the event is unique: the head's when the event was stored. */
  readonly scopeId: string
  /** Null while the event waits, as is `eventSeq`. */
  readonly conversationId: string | null
  readonly eventSeq: number | null
  readonly type: string
  readonly messageId: string | null
  readonly targetMessageId: string | null
  readonly localId: string | null
  readonly senderId: string | null
  readonly direction: Direction
  /** While the event waits, this holds what is to be applied. */
  readonly payload: JsonObject | null
  /** Whether it was brought in as history, which stays so when its message comes live. */
  readonly history: boolean
  readonly dedupeKey: string
  readonly operationId: string
  readonly occurredAt: Date
  readonly createdAt: Date
}

/** A contact and an inbox are stored as the host sees them, with the operations that they remember. */
export interface ContactRow extends Contact, Remembering {
  /** The contact that this one was merged into. */
  readonly mergedInto: string | null
}
export interface InboxRow extends Inbox, Remembering {
  /** When it last ceased to redirect to an inbox, on the database's own clock. */
  readonly redirectEndedAt: Date | null
  /** Whether people were moved here, perhaps from another provider, so that a number is one person's in any form. */
  readonly matchesNumbers: boolean
}

/** What a merge of contacts takes from one to the other. */
export type TypedOfContact = Pick<Contact, 'name' | 'nameSource' | 'metadata'>

/** A merge of two contacts, under the id of its operation. */
export interface ContactMergeRow {
  readonly id: string
  readonly accountId: string
  readonly keptId: string
  readonly lostId: string
  /** The first merge into a contact is 1. A merge that was undone leaves its place to the next. */
  readonly place: number
  /** The contacts that led to the lost one before, and lead to the kept one now. */
  readonly movedIds: readonly string[]
  /** The two as they were before. */
  readonly kept: TypedOfContact
  readonly lost: TypedOfContact
  readonly undoneAt: Date | null
  readonly undoneBy: string | null
  readonly createdAt: Date
}
