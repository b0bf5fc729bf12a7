import type { Channel } from '../records.js'
import type { ConversationRow, MergeLinks } from './rows.js'

/** What a contact inbox had before a migration moved it. */
export interface MovedContactInbox {
  readonly by: string
  readonly channel: Channel
  /** Only of a person who became one with somebody of the destination. */
  readonly customerId?: string
  /** Only on the head of such a person: both as they were, by which they are parted again. */
  readonly links?: MergeLinks
}

/** What a conversation had before a migration moved it. */
export interface MovedConversation {
  readonly by: string
  readonly channel: Channel
  readonly windowExpiresAt: Date | null
  /** Only of a person whom the destination knew: its last number then. */
  readonly lastSeq?: number
  /** Only of one that the move has closed, or merged into another one. */
  readonly closed?: ClosedByMove
  /** Only of one that the move has merged into another one: the merge. */
  readonly mergeId?: string
}

interface ClosedByMove extends Pick<ConversationRow, 'status' | 'statusChangedAt' | 'snoozedUntil'> {
  /** When the move closed or merged it. */
  readonly at: Date
}
