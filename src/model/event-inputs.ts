import type { CustomerIdentity } from './identities.js'
import type { JsonObject } from './json.js'
import type { Direction, SenderType } from './records.js'

interface EventBase {
  /**
   * The host's or the channel's id of this event. An event without a `messageId` is recognised by it when it is sent
   * again.
   */
  readonly eventId?: string
  /**
   * When it happened, as the channel says. Default: now. A time more than 5 minutes ahead is stored as it is, and
   * counts as now for the times derived from it.
   */
  readonly occurredAt?: Date
  /** Who did it. Default: the customer for inbound events, an agent without an id for outbound ones. */
  readonly sender?: SenderInput
}

/** What can be history: a message, or a fact without a target. */
interface HistoryEventBase extends EventBase {
  /**
   * It happened before the host listened, and is brought in afterwards. It is stored with its own time, and calls for
   * nobody: it reopens and wakes no conversation, opens no reply window, and does not count as unread. A live event
   * that is known already only as history **turns live**, as `EventResult` says. Default false. Leave it out where the
   * write as a whole is `history`.
   */
  readonly history?: boolean
}

export interface SenderInput {
  readonly id?: string | null
  readonly type?: SenderType
  readonly name?: string | null
}

export interface AttachmentInput {
  readonly type: string
  readonly url?: string | null
  readonly name?: string | null
  readonly payload?: JsonObject | null
}

/**
 * A message. It needs a `messageId` (the channel's) or a `localId` (the host's own, for a reply that is being sent).
 */
export interface MessageEventInput extends HistoryEventBase {
  readonly type: 'message'
  readonly messageId?: string
  readonly localId?: string
  /** Default `inbound`. */
  readonly direction?: Direction
  readonly text?: string
  readonly attachments?: readonly AttachmentInput[]
  /** The channel's id of the message that this one answers. */
  readonly replyTo?: string | null
  readonly metadata?: JsonObject | null
}

/** A button press. It opens a conversation as a message does, but it is no message and has no `seq`. */
export interface PostbackEventInput extends HistoryEventBase {
  readonly type: 'postback'
  readonly messageId?: string
  readonly payload?: JsonObject | null
}

/**
 * New text for a message. Of several edits the one with the highest `editNumber` wins, then the one with the latest
 * time.
 */
export interface MessageEditEventInput extends EventBase {
  readonly type: 'message_edit'
  readonly targetMessageId: string
  readonly text: string
  readonly editNumber?: number
}

/**
 * Files of a message that came without them, as a channel tells of the files of a history in bodies of their own. The
 * message takes each file once, by its URL or by the `id` in its payload, and at most 100 files in all. `text` becomes
 * its text if it has none and was never edited. A deleted message takes nothing.
 */
export interface MessageAttachmentsEventInput extends EventBase {
  readonly type: 'message_attachments'
  readonly targetMessageId: string
  readonly attachments: readonly AttachmentInput[]
  readonly text?: string
}

/** Empties the text and the attachments of a message. The message itself and its `seq` stay. */
export interface MessageDeleteEventInput extends EventBase {
  readonly type: 'message_delete'
  readonly targetMessageId: string
}

/** A sender has at most one reaction to a message. A new reaction replaces it, and `remove` takes it away. */
export interface ReactionEventInput extends EventBase {
  readonly type: 'reaction'
  readonly targetMessageId: string
  /** Default `add`. */
  readonly action?: 'add' | 'remove'
  /** Required to add a reaction. */
  readonly emoji?: string
}

/**
 * What became of outbound messages: those named in `messageIds` and, with a `watermark`, all that were sent up to that
 * time. An applied receipt leaves no event behind; the message's `sentAt`, `deliveredAt`, `readAt` and `failedAt` hold
 * it.
 */
export interface ReceiptEventInput extends EventBase {
  readonly type: 'receipt'
  readonly status: 'sent' | 'delivered' | 'read' | 'failed'
  readonly messageIds?: readonly string[]
  /** Only for `delivered` and `read`. */
  readonly watermark?: Date
  /** Only for `failed`. */
  readonly error?: string
}

/**
 * The channel accepted the host's reply `localId` and calls it `messageId`. It takes back a `message_failed` of an
 * earlier time, but no `failed` receipt: that one names the message as this event named it, so it came after it.
 */
export interface MessageSentEventInput extends EventBase {
  readonly type: 'message_sent'
  readonly localId: string
  readonly messageId: string
}

/** The channel refused the host's reply `localId`. */
export interface MessageFailedEventInput extends EventBase {
  readonly type: 'message_failed'
  readonly localId: string
  readonly error?: string
}

/**
 * The channel tells that a customer's ids have changed: whoever had the `previous` ids has the `current` ones since
 * `occurredAt`. It is applied before the other events of its item are looked at. The previous ids are former from then
 * on: they still lead to the customer and to what was said under them, until somebody else comes with one of them. A
 * current id replaces the one of its kind. A notice that is older than the last change of an id leaves that id as it
 * is, and one that would give a person two current ids of a kind changes nothing. It leaves no event behind, and its
 * outcome is `applied` or `unchanged`.
 */
export interface IdentityChangeEventInput extends EventBase {
  readonly type: 'identity_change'
  /** At most 8. */
  readonly previous: readonly CustomerIdentity[]
  /** At least one, at most 8. */
  readonly current: readonly CustomerIdentity[]
}

/**
 * Anything else that is worth keeping (`referral`, `optin`, `handover`, or a type of the host's own). It joins the
 * customer's conversation, or waits until there is one.
 */
export interface OtherEventInput extends HistoryEventBase {
  readonly type: 'referral' | 'optin' | 'handover' | `custom:${string}`
  readonly direction?: Direction
  readonly payload?: JsonObject | null
}

export type EventInput =
  | MessageEventInput
  | PostbackEventInput
  | MessageEditEventInput
  | MessageAttachmentsEventInput
  | MessageDeleteEventInput
  | ReactionEventInput
  | ReceiptEventInput
  | MessageSentEventInput
  | MessageFailedEventInput
  | IdentityChangeEventInput
  | OtherEventInput
export type EventType = EventInput['type']
