import type { AccountConversations } from '../store/account-conversations.js'
import type { Backup } from './backup.js'
import type { AdoptionOptions, ConversationsTable, IntegrationsTable } from './options.js'

/** The store that is imported into, of any adapter. `ConversationStore` is one. */
export interface ImportStore {
  forAccount(accountId: string): ImportAccount
}

export type ImportAccount = Pick<
  AccountConversations,
  'bulkUpsertConversationsWithEvents' | 'snoozeConversation' | 'connectInbox' | 'countConversations' | 'findByOaAndCustomer' | 'findMessage'
>

export interface ImportOptions extends Omit<AdoptionOptions, 'conversations'> {
  /** Where the conversations go. It must have been migrated. */
  readonly store: ImportStore
  readonly conversations?: ImportedConversations
  /** The host's messages. Null if it keeps none. Default: `messages`. */
  readonly messages?: ImportedMessages | null
  /** The host's integrations, each of which is connected as an inbox. Default: none is. */
  readonly inboxes?: ImportedInboxes
  /** The account of all conversations, where the host keeps none with them. */
  readonly account?: string
  /** How many conversations `verify` compares. Default 100. */
  readonly sample?: number
}

/** The host's conversations, by the names that their fields have there. A field that is not named is not imported. */
export interface ImportedConversations extends ConversationsTable {
  /** The values of `status` that mean snoozed, of those that are active. Default `snoozed`. */
  readonly snoozed?: readonly string[]
  /** When a snoozed conversation wakes. Without it one that is snoozed stays so until a customer writes. */
  readonly snoozedUntil?: string
  /** The number of unread messages: so many of the last inbound ones count as unread in the store. */
  readonly unread?: string
  readonly nickname?: string
  readonly customerName?: string
  readonly customerUsername?: string
  readonly chatbotId?: string
  /** A JSON object, or a text that holds one. */
  readonly metadata?: string
  /** The field with the channel. */
  readonly channel?: string
  /** What the store calls a value of `channel`, such as `{ facebook: 'messenger' }`. */
  readonly channels?: Readonly<Record<string, string>>
}

/** The host's messages, by the names that their fields have there. */
export interface ImportedMessages {
  /** The collection or table. Default `messages`. */
  readonly name?: string
  /** The conversation that a message is of. Default `conversation_id`. */
  readonly conversationId?: string
  /**
   * The id that the channel gave a message, by which it is the one that comes live as well. Null if there is none.
   * Default `message_id`.
   */
  readonly messageId?: string | null
  /** Default `text`. */
  readonly text?: string
  /** When it was said. Default `created_at`. */
  readonly occurredAt?: string
  /** The field that says who said it. Without it, a message is inbound whose `senderId` is the customer. */
  readonly direction?: string
  /** The values of `direction` that mean outbound. Default: `outbound`, `out`, `outgoing`, `agent`, `bot`, `page`. */
  readonly outbound?: readonly (string | number | boolean)[]
  readonly senderId?: string
  readonly senderName?: string
  /** A JSON array of URLs, or of objects with a `type`, a `url`, a `name` and a `payload`. */
  readonly attachments?: string
  readonly metadata?: string
  /** Only the rows that have these values are messages. */
  readonly where?: Readonly<Record<string, string | number | boolean | null>>
}

/** The host's integrations, which become inboxes of the store. */
export interface ImportedInboxes extends Omit<IntegrationsTable, 'db'> {
  /** The field with the channel. */
  readonly channel?: string
  /** What the store calls a value of `channel`. */
  readonly channels?: Readonly<Record<string, string>>
  /** The channel where no field names one. Default `api`. */
  readonly defaultChannel?: string
  readonly inboxName?: string
}

/** `backup` and `restore` are for the whole database of the store, which the URL has to name. */
export interface ImportPlan extends Backup {
  /** Rows of conversations. */
  readonly conversations: number
  /** Different customers in an inbox of an account: each gets one conversation. */
  readonly customers: number
  readonly messages: number
  /** Rows of conversations that name no account, no inbox or no customer. */
  readonly unreadable: number
  /** Integrations that become inboxes. */
  readonly inboxes: number
  /** The host's own tables are not changed, and what is in the store stays. */
  readonly revertible: 'no, and your tables stay as they are'
  readonly warnings: readonly string[]
}

/** What the pass did, in all its runs. After a crash, what the batch at work had written is among `known`. */
export interface ImportApplied {
  /** Conversations that were opened in the store. */
  readonly conversations: number
  /** Rows of conversations that went into the conversation of another row of the same customer. */
  readonly merged: number
  /** Messages that the store did not have. */
  readonly messages: number
  /** Messages that the store had already, or that came twice. */
  readonly known: number
  /** Rows that could not be imported. They stand in `conversation_store_rejected`, each with its reason. */
  readonly rejected: { readonly inboxes: number; readonly conversations: number; readonly messages: number }
  readonly inboxes: number
}

export interface ImportVerified {
  /** Whether a pass came to its end, the counts agree, and no conversation of the sample differs. */
  readonly ok: boolean
  /** What does not agree, in sentences. */
  readonly problems: readonly string[]
  /** Customers of an account in the host's tables, and conversations of the account in the store. */
  readonly accounts: readonly { readonly accountId: string; readonly customers: number; readonly conversations: number }[]
  /** Rows of messages, and how many of them the last pass went over. */
  readonly messages: { readonly rows: number; readonly seen: number }
  /** Rows of conversations, and how many of them the last pass went over. */
  readonly conversations: { readonly rows: number; readonly seen: number }
  /** Rows in `conversation_store_rejected`. */
  readonly rejected: number
  /** Customers whose conversation and messages were compared, and what differs. */
  readonly sample: { readonly size: number; readonly differences: readonly ImportDifference[] }
}

export interface ImportDifference {
  readonly accountId: string
  readonly oaId: string
  readonly customerId: string
  /** In a sentence. It holds no text of a message. */
  readonly what: string
}
