import type { EventInput } from '../model/event-inputs.js'
import type { CustomerIdentity } from '../model/identities.js'
import type { JsonObject } from '../model/json.js'
import type { Channel, ConversationStatus, OnClosed } from '../model/records.js'
import type { BroughtHistory } from './brought-history.js'
import type { LeaseClaim } from './lease-claim.js'

/**
 * Names a conversation by its id or by its customer. The customer means the active conversation, and for
 * `reopenConversation` the latest one.
 */
export type ConversationKey = { readonly conversationId: string } | CustomerKey
/** One customer of one inbox. An alias of the customer names the same conversation. */
export interface CustomerKey {
  readonly oaId: string
  readonly customerId: string
}

/** Options of a read. When the signal aborts, the read stops as far as the driver allows, and throws ABORTED. */
export interface CallOptions {
  readonly signal?: AbortSignal
}

/** Options of a write. */
export interface WriteOptions {
  /**
   * The lease that guards the write: what `acquireLease` answered, or what `keepLease` keeps. Whether it is still this
   * token's is looked up in the write's own atomic step, in which nobody can take it over. A holder that stood still
   * and was replaced meanwhile writes nothing and gets LEASE_LOST. A lease whose time is over counts as held until
   * somebody takes it over or it is cleaned up. Not on a standalone mongod (UNSUPPORTED).
   */
  readonly lease?: LeaseClaim
}

/** A field that is left out keeps its value; `null` clears it. `metadata` is replaced as a whole. */
export interface ConversationPatch<TMetadata = JsonObject> {
  readonly nickname?: string | null
  readonly customerName?: string | null
  readonly customerUsername?: string | null
  readonly chatbotId?: string | null
  readonly metadata?: TMetadata | null
}

export interface UpsertConversationInput<TMetadata = JsonObject> extends CustomerKey, ConversationPatch<TMetadata> {
  /**
   * All ids by which one payload names this customer, at most 8, `customerId` among them: a WhatsApp body's phone and
   * user id, Evolution's phone and `lid`. They are one person's from this write on: every one of them finds the
   * conversation, and no message is stored twice that comes under two of them. Names, usernames, contact cards and
   * what the host believes do not belong here.
   *
   * A person has one current id of each kind. Ids that would give somebody a second one link nothing: the message goes
   * to the thread of the `user_id`, and the result tells the `conflicts`. A write whose events are all known links
   * nothing either.
   */
  readonly identities?: readonly CustomerIdentity[]
  /**
   * Default: the channel that the customer has already, otherwise the inbox's, otherwise `'api'`. Once the account has
   * connected the inbox, or the customer has a channel other than `'api'`, another one throws `INBOX_CHANNEL_MISMATCH`.
   */
  readonly channel?: Channel
  /**
   * The version that the active conversation must have, or `'absent'` when there must be none. Otherwise the call
   * throws `VERSION_CONFLICT`.
   */
  readonly expectedVersion?: number | 'absent'
  /**
   * What to do when the last conversation is closed. Default: the inbox's policy, otherwise the store's, otherwise
   * `'new'`.
   */
  readonly onClosed?: OnClosed
  /**
   * For channels that change a customer's id. When `customerId` has no active conversation, the call adopts the active
   * conversation that has this `customerUsername`, ignoring case and a leading `@`. Such a write claims the username
   * within the inbox until the conversation is closed, or until another such write claims a different username for the
   * conversation. A plain patch of `customerUsername` does not release it. On the channel `'whatsapp'` it does nothing:
   * there a person may give a username up, and somebody else may take it.
   */
  readonly matchUsername?: boolean
}

/** What a write with events says of history, which is brought in afterwards and calls for nobody. */
export interface HistoryInput {
  /**
   * Whether the messages, postbacks and other facts of this write are history, as an event's own `history` says of one.
   * A write says it, or its events do. Default false.
   */
  readonly history?: boolean
  /**
   * What history opens for a customer without any conversation: one that is `open`, which is the default, or one that
   * was `closed` at the time of its last message. Only with history.
   */
  readonly opens?: 'open' | 'closed'
  /** Whether the inbound messages of the history count as unread. Default false. Only with history. */
  readonly markUnread?: boolean
}

export interface UpsertConversationWithEventsInput<TMetadata = JsonObject> extends UpsertConversationInput<TMetadata>, HistoryInput {
  readonly events: readonly EventInput[]
}

export interface BulkUpsertInput<TMetadata = JsonObject> {
  /** At most 1,000 items, with at most 5,000 events and 16 MiB in all. Items for one customer are applied in order. */
  readonly conversations: readonly (UpsertConversationInput<TMetadata> & HistoryInput & { readonly events?: readonly EventInput[] })[]
  /** Default true: the first bad item fails the call, and nothing is written. */
  readonly atomic?: boolean
}

export type UpdateConversationInput<TMetadata = JsonObject> = ConversationKey &
  ConversationPatch<TMetadata> & { readonly expectedVersion?: number }
export type UpdateNicknameInput = ConversationKey & { readonly nickname: string | null; readonly expectedVersion?: number }
export type ChangeStatusInput = ConversationKey & { readonly expectedVersion?: number }
export type SnoozeConversationInput = ChangeStatusInput & { readonly until: Date }
export type MarkReadInput = ConversationKey & {
  /** The last message that was read. Default: all messages. A `seq` beyond the last message means all as well. */
  readonly seq?: number
  /**
   * The time up to which a person has read a list by time, such as that of the newest message on the screen. Nothing
   * that is later and unread becomes read, nor what arrived after it. It does not go together with `seq`.
   */
  readonly upToTime?: Date
  readonly expectedVersion?: number
}

export interface MergeContactsInput {
  readonly keep: ContactKey
  readonly lose: ContactKey
}

export interface MergeConversationsInput {
  /** The conversation that holds both afterwards. */
  readonly keep: ConversationKey
  /** The conversation whose id leads to the other one afterwards. */
  readonly lose: ConversationKey
  /** The versions that the two must have. Otherwise the call throws `VERSION_CONFLICT`. */
  readonly expectedVersions?: { readonly keep?: number; readonly lose?: number }
  /** Whether the two customers, who are of one inbox, are one person from now on. Default: false. */
  readonly link?: boolean
}

export interface LinkCustomerIdsInput {
  readonly oaId: string
  /** Two to eight ids of one person in this inbox, each with its kind. */
  readonly identities: readonly CustomerIdentity[]
}

/** A receipt whose body names no customer, such as a status of Twilio without numbers. */
export interface ApplyReceiptInput {
  readonly oaId: string
  readonly status: 'sent' | 'delivered' | 'read' | 'failed'
  /** The channel's ids of replies. 1 to 1,000. */
  readonly messageIds: readonly string[]
  /**
   * The host's or the channel's id of the receipt, by which a receipt that waits is recognised when it is sent again.
   */
  readonly eventId?: string
  /** When it happened, as the channel says. Default: now. */
  readonly occurredAt?: Date
  /** Only for `failed`. */
  readonly error?: string
}

export interface PageInput {
  /** 1 to 500, default 50. */
  readonly limit?: number
  /** The `nextCursor` of the page before. */
  readonly cursor?: string
}

export interface ListMessagesInput extends PageInput {
  readonly conversationId: string
  /** Which end of the list comes first. Default `'oldest'`. */
  readonly order?: 'oldest' | 'newest'
  /**
   * `'time'` is the order in which things were said: by `occurredAt`, then by `seq`. `'seq'` is the order of arrival.
   * Default `'time'`, and `'seq'` with `afterSeq`.
   */
  readonly by?: 'time' | 'seq'
  /** Only messages that arrived after this one, which is the last one that a reader of new messages has. */
  readonly afterSeq?: number
}

export interface ConversationFilter {
  /** `'active'` means open and snoozed together. Default: every status. */
  readonly status?: ConversationStatus | 'active'
  readonly oaId?: string
  /**
   * An alias and the customer that it stands for match the same conversations, including those that either had before.
   */
  readonly customerId?: string
  readonly contactId?: string
  readonly chatbotId?: string
  /** True: only conversations with unread messages. False: only those without. */
  readonly unread?: boolean
  /**
   * Only conversations that changed at or after this time. A change is seen when its transaction commits, which may be
   * after a younger change was seen. So go back by as much as the longest transaction that writes conversations takes,
   * the host's own with `using` included.
   */
  readonly updatedSince?: Date
}

export type MessageKey =
  | { readonly id: string }
  | (CustomerKey & { readonly messageId: string })
  | (CustomerKey & { readonly localId: string })
export type ContactKey = { readonly contactId: string } | CustomerKey

/** What a channel says of how far it is with sending an inbox's history. At least one of the five is given. */
export interface RecordHistoryProgressInput {
  readonly oaId: string
  /** The part of the past that is being sent: 0 and up, of which higher ones come later. */
  readonly phase?: number | null
  /** The place in the phase of what came: 0 and up. */
  readonly chunkOrder?: number | null
  /** In percent of everything: 0 to 100. */
  readonly progress?: number | null
  /** The channel's code for why it sends nothing. */
  readonly errorCode?: string | null
  /**
   * What was written of the body, for its session to count. A body that says nothing of how far the history is, such as
   * one with files of earlier messages, gives this alone.
   */
  readonly brought?: BroughtHistory | null
}

export interface ConnectInboxInput {
  readonly oaId: string
  readonly channel: Channel
  readonly provider?: string | null
  readonly name?: string | null
  readonly chatbotId?: string | null
  readonly onClosed?: OnClosed | null
  readonly metadata?: JsonObject | null
}

export interface RedirectInboxInput {
  readonly oaId: string
  /** The inbox in which the traffic lands from now on, or null for the inbox itself. */
  readonly to: string | null
}

export type UpdateContactInput = ContactKey & {
  /** A name that a person typed. `null` clears it, after which the channel's profile name is used again. */
  readonly name?: string | null
  readonly metadata?: JsonObject | null
}
