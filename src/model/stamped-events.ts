import type { CustomerIdentity } from './identities.js'
import type { JsonObject } from './json.js'
import type { Attachment, DeliveryStatus, Direction, SenderType } from './records.js'

interface StampedBase {
  /** The id of the event's row. A message's row has it too. */
  readonly id: string
  /** Null means now. */
  readonly occurredAt: Date | null
  readonly sender: { readonly id: string | null; readonly type: SenderType; readonly name: string | null }
  /** Makes an event without a message id of its own unique in its contact inbox. */
  readonly dedupeKey: string
}
export interface StampedMessage extends StampedBase {
  readonly type: 'message'
  /** At least one of `messageId` and `localId` is set. */
  readonly messageId: string | null
  readonly localId: string | null
  readonly direction: Direction
  readonly text: string
  readonly attachments: readonly Attachment[]
  readonly replyTo: string | null
  readonly metadata: JsonObject | null
  /** Whether it is brought in afterwards, and calls for nobody. */
  readonly history: boolean
}
/** A postback, a referral, or anything else without a target. Only a postback opens a conversation. */
export interface StampedFact extends StampedBase {
  readonly type: 'postback' | 'referral' | 'optin' | 'handover' | `custom:${string}`
  readonly messageId: string | null
  readonly direction: Direction
  readonly payload: JsonObject | null
  readonly history: boolean
}
export interface StampedEdit extends StampedBase {
  readonly type: 'message_edit'
  readonly targetMessageId: string
  readonly text: string
  readonly editNumber: number
}
/** Files that came after their message. */
export interface StampedAttachments extends StampedBase {
  readonly type: 'message_attachments'
  readonly targetMessageId: string
  readonly attachments: readonly Attachment[]
  readonly text: string | null
}
export interface StampedDelete extends StampedBase {
  readonly type: 'message_delete'
  readonly targetMessageId: string
}
export interface StampedReaction extends StampedBase {
  readonly type: 'reaction'
  readonly targetMessageId: string
  /** Null removes the sender's reaction. */
  readonly emoji: string | null
}
/** A receipt for one message. The core splits a receipt that names several. */
export interface StampedReceipt extends StampedBase {
  readonly type: 'receipt'
  readonly targetMessageId: string
  readonly status: Exclude<DeliveryStatus, 'pending'>
  readonly error: string | null
}
/**
 * A receipt for all outbound messages of this contact inbox that were sent at or before `watermark`, including those
 * that are stored later.
 */
export interface StampedWatermark extends StampedBase {
  readonly type: 'watermark'
  readonly status: 'delivered' | 'read'
  readonly watermark: Date
}
export interface StampedSent extends StampedBase {
  readonly type: 'message_sent'
  readonly localId: string
  readonly messageId: string
}
export interface StampedFailed extends StampedBase {
  readonly type: 'message_failed'
  readonly localId: string
  readonly error: string | null
}
/** A notice that the ids of a customer have changed. */
export interface StampedIdentityChange extends StampedBase {
  readonly type: 'identity_change'
  readonly previous: readonly CustomerIdentity[]
  readonly current: readonly CustomerIdentity[]
  /** An id for each of the previous and then the current ones, for the rows of those that are new. */
  readonly rowIds: readonly string[]
}
export type StampedEvent =
  | StampedMessage
  | StampedFact
  | StampedEdit
  | StampedAttachments
  | StampedDelete
  | StampedReaction
  | StampedReceipt
  | StampedWatermark
  | StampedSent
  | StampedFailed
  | StampedIdentityChange

export type EventOutcome = 'stored' | 'live' | 'applied' | 'unchanged' | 'duplicate' | 'waiting'
