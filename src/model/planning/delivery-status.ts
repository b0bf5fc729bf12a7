import type { DeliveryStatus, Message } from '../records.js'

type DeliveryTimes = Pick<Message, 'direction' | 'sentAt' | 'deliveredAt' | 'readAt' | 'failedAt'>

/** What the times of a message say of its delivery, in whatever order they came; null for inbound messages. */
export function deliveryStatus({ direction, sentAt, deliveredAt, readAt, failedAt }: DeliveryTimes): DeliveryStatus | null {
  if (direction === 'inbound') return null
  if (readAt) return 'read'
  if (deliveredAt) return 'delivered'
  if (failedAt && (!sentAt || failedAt.getTime() >= sentAt.getTime())) return 'failed'
  return sentAt ? 'sent' : 'pending'
}

/** The message with the status that its times give. */
export function withStatus<Row extends DeliveryTimes & { readonly status: DeliveryStatus | null }>(row: Row): Row {
  return { ...row, status: deliveryStatus(row) }
}

type Receivable = Pick<Message, 'direction' | 'status' | 'sentAt' | 'deliveredAt' | 'readAt'>

/** What a watermark may still tell of a message: what is looked up by when one comes. */
export function awaitedReceipts({ direction, status, sentAt, deliveredAt, readAt }: Receivable): readonly ('delivered' | 'read')[] {
  if (direction === 'inbound' || sentAt === null || status === 'failed') return []
  return [...(deliveredAt === null ? (['delivered'] as const) : []), ...(readAt === null ? (['read'] as const) : [])]
}
