import type { JsonObject } from './json.js'
import type { Channel, OnClosed } from './records.js'

/** An account's connection to one channel identity. */
export interface Inbox {
  readonly id: string
  readonly accountId: string
  readonly oaId: string
  readonly channel: Channel
  readonly provider: string | null
  readonly name: string | null
  /** Conversations that open in this inbox without a chatbot of their own get this one. */
  readonly chatbotId: string | null
  /** Null means the store's default. */
  readonly onClosed: OnClosed | null
  readonly metadata: JsonObject | null
  readonly status: 'connected' | 'disconnected'
  readonly connectedAt: Date
  readonly disconnectedAt: Date | null
  /**
   * The `oaId` of the inbox in which lands what comes for customers whom this one does not know. Null: it keeps them
   * itself. `redirectInbox` sets it.
   */
  readonly redirectedTo: string | null
  /** How far the channel is with sending the past. Null while it has said nothing since the last request. */
  readonly history: InboxHistory | null
  readonly createdAt: Date
  readonly updatedAt: Date
}

/** How far a channel is with sending the history of an inbox, as `recordHistoryProgress` keeps it. */
export interface InboxHistory {
  /**
   * The last part of the past of which something came. WhatsApp: 0 is the last day, 1 the 90 days before, 2 up to 180.
   */
  readonly phase: number | null
  /** The place in that part of what came furthest. */
  readonly chunkOrder: number | null
  /** In percent of everything. */
  readonly progress: number | null
  /** The channel's code for why it sends nothing, such as 2593109 where a business does not share its history. */
  readonly errorCode: string | null
  /** When it last moved. */
  readonly updatedAt: Date
}

/** The account that owns a channel identity now. */
export interface InboxOwner {
  readonly accountId: string
  readonly inboxId: string
  readonly channel: Channel
  readonly oaId: string
}
