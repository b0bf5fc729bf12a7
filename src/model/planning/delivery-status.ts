import type { DeliveryStatus, Message } from '../records.js'
import type { MessageRow } from './rows.js'

type DeliveryFacts = Pick<
  MessageRow,
  'direction' | 'localId' | 'sentAt' | 'acceptedAt' | 'deliveredAt' | 'readAt' | 'isMarked' | 'failedAt' | 'isBounced'
>

/**
 * The delivery status that follows from what a message keeps of its delivery, in whatever order it arrived. Null for
 * inbound messages.
 */
export function deliveryStatus(row: DeliveryFacts): DeliveryStatus | null {
  if (row.direction === 'inbound') return null
  if (isFailed(row)) return 'failed'
  if (row.readAt) return 'read'
  if (row.deliveredAt) return 'delivered'
  return row.sentAt ? 'sent' : 'pending'
}

/** Whether the channel said of this very message that the customer has got it. A watermark speaks of all at once. */
export function isReceived({ isMarked, deliveredAt, readAt }: Pick<DeliveryFacts, 'isMarked' | 'deliveredAt' | 'readAt'>): boolean {
  return !isMarked && (deliveredAt !== null || readAt !== null)
}

/**
 * Whether a failure stands. Nothing takes back that the channel failed to deliver a message, except its delivery: its
 * receipts name the message by the id that the sending gave it, so they come after that sending, whatever the channel's
 * clock says. A refusal that the host reports stands until the channel accepts a later attempt.
 */
export function isFailed(row: DeliveryFacts): boolean {
  if (row.failedAt === null || isReceived(row)) return false
  const acceptedAt = acceptanceOf(row)
  return row.isBounced || acceptedAt === null || row.failedAt.getTime() >= acceptedAt.getTime()
}

/**
 * When the host was last told that the channel accepted the reply. A row keeps it only where it differs from `sentAt`.
 */
export function acceptanceOf({ acceptedAt, localId, sentAt }: Pick<DeliveryFacts, 'acceptedAt' | 'localId' | 'sentAt'>): Date | null {
  return acceptedAt ?? (localId === null ? null : sentAt)
}

type Receivable = Pick<Message, 'direction' | 'status' | 'sentAt' | 'deliveredAt' | 'readAt'>

/**
 * The receipts that a watermark may still bring for a message. When a watermark comes, messages are looked up by them.
 */
export function awaitedReceipts({ direction, status, sentAt, deliveredAt, readAt }: Receivable): readonly ('delivered' | 'read')[] {
  if (direction === 'inbound' || sentAt === null || status === 'failed') return []
  return [...(deliveredAt === null ? (['delivered'] as const) : []), ...(readAt === null ? (['read'] as const) : [])]
}
