import type { JsonObject } from './json.js'

/**
 * `open` and `snoozed` conversations are active; an account has at most one active conversation per customer of an
 * inbox.
 */
export type ConversationStatus = 'open' | 'snoozed' | 'closed'

/**
 * Where a conversation takes place. An open set: these are the names that get a reply window or a place in the docs.
 */
export type Channel = 'messenger' | 'instagram' | 'whatsapp' | 'sms' | 'telegram' | 'zalo' | 'widget' | 'api' | (string & {})

/**
 * What an inbound message does when the customer's last conversation is closed; `reopenWithin` is in milliseconds since
 * the closing.
 */
export type OnClosed = 'new' | 'reopen' | { readonly reopenWithin: number }

/**
 * A thread between one customer and one inbox.
 * All times have millisecond precision; "now" is the database's clock unless a clock was injected.
 */
export interface Conversation<TMetadata = JsonObject> {
  readonly id: string
  readonly accountId: string
  /** The inbox: the channel identity that the account owns (a page id, a phone number id, an official account id). */
  readonly oaId: string
  /** The canonical customer; aliases of the same person find this conversation too. */
  readonly customerId: string
  readonly contactId: string
  readonly channel: Channel
  readonly status: ConversationStatus
  /** 0 at creation, +1 for every call that changed the conversation. */
  readonly version: number
  readonly nickname: string | null
  readonly customerName: string | null
  readonly customerUsername: string | null
  readonly chatbotId: string | null
  /** Inbound messages past `readSeq`, exactly. */
  readonly unreadCount: number
  /** The `seq` of the newest message; 0 when there is none. */
  readonly lastSeq: number
  /** Messages up to this `seq` were read by the host; only moves forward. */
  readonly readSeq: number
  /** The latest message time; never moves back. Null without messages. */
  readonly lastMessageAt: Date | null
  /**
   * The first 160 characters of the latest message, or `[image]` and the like; null without one, or when it was
   * deleted.
   */
  readonly lastMessagePreview: string | null
  readonly lastInboundAt: Date | null
  /** What lists are ordered by: the creation or the last message, whichever is later. */
  readonly lastActivityAt: Date
  readonly statusChangedAt: Date
  /**
   * Until when the channel lets the host reply: 24 h after the last inbound message (WhatsApp, Messenger, Instagram);
   * null elsewhere.
   */
  readonly windowExpiresAt: Date | null
  readonly snoozedUntil: Date | null
  readonly closedAt: Date | null
  readonly metadata: TMetadata | null
  readonly createdAt: Date
  readonly updatedAt: Date
}

export type Direction = 'inbound' | 'outbound'

/** Who wrote a message. */
export interface Sender {
  readonly id: string | null
  readonly type: SenderType
  readonly name: string | null
}
export type SenderType = 'customer' | 'agent' | 'bot' | 'system'

/** One attachment of a message; `type` is the channel's word (`image`, `audio`, `file`, `location`, …). */
export interface Attachment {
  readonly type: string
  readonly url: string | null
  readonly name: string | null
  /** Whatever else the channel said of it: size, coordinates, sticker id. */
  readonly payload: JsonObject | null
}

/** `pending` until the channel gave the message an id; inbound messages have no status. */
export type DeliveryStatus = 'pending' | 'sent' | 'delivered' | 'read' | 'failed'

/** The present reaction of one sender; a removed reaction is not listed. */
export interface Reaction {
  readonly senderId: string
  readonly emoji: string
  readonly occurredAt: Date
}

/** Something said in a conversation. */
export interface Message {
  readonly id: string
  readonly accountId: string
  readonly conversationId: string
  /** The row that stands for the exact `customerId` it came from or went to: the scope of `messageId` and `localId`. */
  readonly contactInboxId: string
  /** From 1 without a hole, in the order of arrival. */
  readonly seq: number
  /** The channel's id; null for a reply that the channel has not confirmed. */
  readonly messageId: string | null
  /** The host's own id of a reply. */
  readonly localId: string | null
  readonly direction: Direction
  readonly sender: Sender
  /** Empty when there was none, or once deleted. */
  readonly text: string
  readonly attachments: readonly Attachment[]
  /** The channel's id of the message that this one answers. */
  readonly replyTo: string | null
  /** Null for inbound messages. */
  readonly status: DeliveryStatus | null
  readonly occurredAt: Date
  readonly sentAt: Date | null
  readonly deliveredAt: Date | null
  readonly readAt: Date | null
  readonly failedAt: Date | null
  /** Why it failed, in the host's or the channel's words. */
  readonly error: string | null
  readonly editedAt: Date | null
  readonly deletedAt: Date | null
  readonly reactions: readonly Reaction[]
  readonly metadata: JsonObject | null
  readonly createdAt: Date
}

/**
 * An interaction fact as it was delivered. Texts and attachments live on the message alone, so that a deletion leaves
 * no copy.
 */
export interface ConversationEvent {
  readonly id: string
  readonly accountId: string
  readonly conversationId: string
  readonly contactInboxId: string
  /** From 1, in commit order: a reader that continues after the last one it saw misses none. */
  readonly eventSeq: number
  readonly type: string
  /** The channel's id of the message that this event is (type `message`), or that it came as (a postback). */
  readonly messageId: string | null
  /** The channel's id of the message that this event changes. */
  readonly targetMessageId: string | null
  readonly localId: string | null
  readonly senderId: string | null
  readonly direction: Direction
  readonly payload: JsonObject | null
  readonly occurredAt: Date
  readonly createdAt: Date
}

/** A person across inboxes. */
export interface Contact {
  readonly id: string
  readonly accountId: string
  readonly name: string | null
  /** `person` once somebody typed the name: a channel's profile name no longer overwrites it. */
  readonly nameSource: 'person' | 'channel' | null
  readonly metadata: JsonObject | null
  readonly createdAt: Date
  readonly updatedAt: Date
}

/** An account's connection to one channel identity. */
export interface Inbox {
  readonly id: string
  readonly accountId: string
  readonly oaId: string
  readonly channel: Channel
  readonly provider: string | null
  readonly name: string | null
  /** Given to conversations that open in this inbox without one of their own. */
  readonly chatbotId: string | null
  /** Null: the store's default. */
  readonly onClosed: OnClosed | null
  readonly metadata: JsonObject | null
  readonly status: 'connected' | 'disconnected'
  readonly connectedAt: Date
  readonly disconnectedAt: Date | null
  readonly createdAt: Date
  readonly updatedAt: Date
}

/** Who owns a channel identity now. */
export interface InboxOwner {
  readonly accountId: string
  readonly inboxId: string
  readonly channel: Channel
  readonly oaId: string
}
