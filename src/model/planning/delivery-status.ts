import type { DeliveryStatus, Message } from '../records.js'

type DeliveryTimes = Pick<Message, 'direction' | 'sentAt' | 'deliveredAt' | 'readAt' | 'failedAt'>

/**
 * The delivery status that follows from a message's times, in whatever order they arrived. Null for inbound messages.
 */
export function deliveryStatus({ direction, sentAt, deliveredAt, readAt, failedAt }: DeliveryTimes): DeliveryStatus | null {
  if (direction === 'inbound') return null
  if (readAt) return 'read'
  if (deliveredAt) return 'delivered'
  if (failedAt && (!sentAt || failedAt.getTime() >= sentAt.getTime())) return 'failed'
  return sentAt ? 'sent' : 'pending'
}

/** The message with the status that follows from its times. */
export function withStatus<Row extends DeliveryTimes & { readonly status: DeliveryStatus | null }>(row: Row): Row {
  return { ...row, status: deliveryStatus(row) }
}

type Receivable = Pick<Message, 'direction' | 'status' | 'sentAt' | 'deliveredAt' | 'readAt'>

/**
 * The receipts that a watermark may still bring for a message. When a watermark comes, messages are looked up by them.
 */
export function awaitedReceipts({ direction, status, sentAt, deliveredAt, readAt }: Receivable): readonly ('delivered' | 'read')[] {
  if (direction === 'inbound' || sentAt === null || status === 'failed') return []
  return [...(deliveredAt === null ? (['delivered'] as const) : []), ...(readAt === null ? (['read'] as const) : [])]
}
