import type { JsonObject } from './json.js'

/**
 * `open` and `snoozed` conversations are active. An account has at most one active conversation per customer of an
 * inbox.
 */
export type ConversationStatus = 'open' | 'snoozed' | 'closed'

/**
 * Where a conversation takes place. Any other string is allowed as well; the names listed here are those that have a
 * reply window or are described in the docs.
 */
export type Channel = 'messenger' | 'instagram' | 'whatsapp' | 'sms' | 'telegram' | 'zalo' | 'widget' | 'api' | (string & {})

/**
 * What an inbound message does when the customer's last conversation is closed. `reopenWithin` is in milliseconds since
 * it was closed.
 */
export type OnClosed = 'new' | 'reopen' | { readonly reopenWithin: number }

/**
 * A thread between one customer and one inbox. All times have millisecond precision. "Now" is the database's clock,
 * unless a clock was injected.
 */
export interface Conversation<TMetadata = JsonObject> {
  readonly id: string
  readonly accountId: string
  /** The id that the call named, if that conversation was merged into this one. */
  readonly redirectedFrom?: string
  /** The inbox: the channel identity that the account owns (a page id, a phone number id, an official account id). */
  readonly oaId: string
  /** The id by which the customer was known first. Every other id of the customer finds the conversation as well. */
  readonly customerId: string
  /**
   * The id to write to: the customer's current phone, else the current user id, else `customerId`. A number that came
   * with another person's ids is left out until a body settles whose it is, if the customer has any other id.
   */
  readonly recipientId: string
  /** All ids by which the channel names this customer, in the order in which they became known. */
  readonly identities: readonly Identity[]
  readonly contactId: string
  readonly channel: Channel
  readonly status: ConversationStatus
  /** 0 at creation, +1 for every call that changed the conversation. */
  readonly version: number
  readonly nickname: string | null
  readonly customerName: string | null
  readonly customerUsername: string | null
  readonly chatbotId: string | null
  /** The exact number of inbound messages after `readSeq`, or the horizon of a merged part, without silent history. */
  readonly unreadCount: number
  /** The greatest `seq` that was given to a message; 0 before the first one. It never goes down. */
  readonly lastSeq: number
  /** The host has read the messages up to this `seq`. It only moves forward. */
  readonly readSeq: number
  /** The time of the latest message. It never moves back. Null without messages. */
  readonly lastMessageAt: Date | null
  /**
   * The first 160 characters of the latest message, or a word such as `[image]` when it has no text. Null when there is
   * no message, or when the latest one is empty or was deleted.
   */
  readonly lastMessagePreview: string | null
  readonly lastInboundAt: Date | null
  /**
   * The time of the first inbound message that is later than every answer (a message of an agent or a bot that has not
   * failed), or null when nobody waits. History answers, and asks nothing. Edits and deletions make no difference.
   */
  readonly waitingSince: Date | null
  /**
   * Lists are ordered by this time. It is the creation or the latest message or postback, whichever is later. When a
   * message or a postback has opened the conversation, the creation does not count, so that an imported history keeps
   * its own times.
   */
  readonly lastActivityAt: Date
  readonly statusChangedAt: Date
  /** Until when the host may reply: 24 h after the last inbound on WhatsApp, Messenger, Instagram; null elsewhere. */
  readonly windowExpiresAt: Date | null
  readonly snoozedUntil: Date | null
  readonly closedAt: Date | null
  readonly metadata: TMetadata | null
  readonly createdAt: Date
  readonly updatedAt: Date
}

/** One of the ids by which a channel names a customer. */
export interface Identity {
  readonly id: string
  /** `phone`, `user_id`, `parent_user_id`, `lid`, or what the host calls it. Null when nobody has told the kind. */
  readonly kind: string | null
  /** Since when it is no longer good to write to. It still finds what was said under it. Null while it is current. */
  readonly formerSince: Date | null
}

export type Direction = 'inbound' | 'outbound'

/** Who wrote a message. */
export interface Sender {
  readonly id: string | null
  readonly type: SenderType
  readonly name: string | null
}
export type SenderType = 'customer' | 'agent' | 'bot' | 'system'

/** One attachment of a message. `type` is the channel's word (`image`, `audio`, `file`, `location`, …). */
export interface Attachment {
  readonly type: string
  readonly url: string | null
  readonly name: string | null
  /** Whatever else the channel said about it: size, coordinates, sticker id. */
  readonly payload: JsonObject | null
}

/** `pending` means that the channel has not given the message an id yet. Inbound messages have no status. */
export type DeliveryStatus = 'pending' | 'sent' | 'delivered' | 'read' | 'failed'

/** The current reaction of one sender. A reaction that was removed is not listed. */
export interface Reaction {
  /** `customer` for the conversation's customer, under whichever of their ids, and otherwise the sender's id. */
  readonly senderId: string
  readonly emoji: string
  readonly occurredAt: Date
}

/** A message of a conversation. */
export interface Message {
  readonly id: string
  readonly accountId: string
  readonly conversationId: string
  /**
   * The row of the exact `customerId` that the message came from or went to. `messageId` and `localId` are unique among
   * all messages of the person, or within this row on channels whose message ids are unique per chat only (Telegram).
   */
  readonly contactInboxId: string
  /**
   * Counts from 1 in the order of arrival. Once given it never changes, and no other message gets it. The numbers have
   * no gap, except where an echo was stored as a message of its own before it turned out to be a known reply, and
   * where a merge was undone. A message whose conversation is merged counts in the other one.
   */
  readonly seq: number
  /** The channel's id. Null for a reply that the channel has not confirmed. */
  readonly messageId: string | null
  /** The host's own id of a reply. */
  readonly localId: string | null
  readonly direction: Direction
  readonly sender: Sender
  /** Empty when the message has no text, or once it is deleted. */
  readonly text: string
  readonly attachments: readonly Attachment[]
  /** The channel's id of the message that this one answers. */
  readonly replyTo: string | null
  /**
   * What became of an outbound message; null for inbound ones. It follows from everything that was told of the message,
   * in whatever order. `failed` is taken back by a `delivered` or `read` receipt that names the message, and when the
   * host itself reported the failure, by a later `message_sent`. A watermark never takes it back.
   */
  readonly status: DeliveryStatus | null
  readonly occurredAt: Date
  /** The earliest time at which the channel had the message, as the host, the echo or a receipt says. */
  readonly sentAt: Date | null
  /** Null while the status is `failed`, as is `readAt`. */
  readonly deliveredAt: Date | null
  readonly readAt: Date | null
  /** When sending or delivering it failed. It stays after the failure was taken back. */
  readonly failedAt: Date | null
  /** Why it failed, in the host's or the channel's words. */
  readonly error: string | null
  readonly editedAt: Date | null
  readonly deletedAt: Date | null
  /**
   * Whether it was brought in as history and has not come live since. Such a message doesn't count as unread, unless it
   * was written with `markUnread`.
   */
  readonly history: boolean
  /**
   * The latest reaction of each sender. Of more than 100 senders (removed reactions count), the message keeps those who
   * reacted last. `listEvents` has every reaction.
   */
  readonly reactions: readonly Reaction[]
  readonly metadata: JsonObject | null
  readonly createdAt: Date
}

/**
 * An interaction fact as it was delivered. Texts and attachments are only on the message, so a deletion leaves no copy.
 */
export interface ConversationEvent {
  /** The event of a message has the id of the message's row. */
  readonly id: string
  readonly accountId: string
  readonly conversationId: string
  readonly contactInboxId: string
  /** Counts from 1, in the order of commits. A reader that goes on after the last one it has seen misses none. */
  readonly eventSeq: number
  readonly type: string
  /** The channel's id of the message that this event is (type `message`), or under which a postback came. */
  readonly messageId: string | null
  /** The channel's id of the message that this event changes. */
  readonly targetMessageId: string | null
  readonly localId: string | null
  readonly senderId: string | null
  readonly direction: Direction
  readonly payload: JsonObject | null
  /** Whether it was brought in as history, for good. When its message comes live, an event `message_live` follows. */
  readonly history: boolean
  readonly occurredAt: Date
  readonly createdAt: Date
}

/** A person, across inboxes. */
export interface Contact {
  readonly id: string
  readonly accountId: string
  /** The id that the call named, if that contact was merged into this one. */
  readonly redirectedFrom?: string
  readonly name: string | null
  /** `person` once a person typed the name. A channel's profile name no longer overwrites it then. */
  readonly nameSource: 'person' | 'channel' | null
  readonly metadata: JsonObject | null
  readonly createdAt: Date
  readonly updatedAt: Date
}
