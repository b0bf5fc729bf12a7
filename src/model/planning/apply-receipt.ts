import type { DeliveryStatus } from '../records.js'
import { type DeliveryNews, keepsOtherDelivery, showsOtherDelivery, withNews } from './delivery.js'
import { type WritePlan, watermarksOf } from './item-plan.js'
import type { MessageRow } from './rows.js'
import { noteChangedMessage } from './waiting-customer.js'

export interface Receipt {
  readonly status: Exclude<DeliveryStatus, 'pending'>
  readonly occurredAt: Date
  readonly error: string | null
}

/** Applies a receipt, which names the message by the channel's id. Returns whether a host sees a difference. */
export function applyReceipt(plan: WritePlan, row: MessageRow, receipt: Receipt): boolean {
  return applyNews(plan, row, newsOf(receipt))
}

/** Tells a message something of its delivery. Returns whether a host sees a difference. */
export function applyNews(plan: WritePlan, row: MessageRow, news: DeliveryNews): boolean {
  const next = withNews(row, news, watermarksOf(plan, row))
  if (keepsOtherDelivery(row, next)) plan.world.putMessage(next)
  noteChangedMessage(plan, row, next)
  return showsOtherDelivery(row, next)
}

function newsOf({ status, occurredAt, error }: Receipt): DeliveryNews {
  switch (status) {
    case 'sent':
      return { sentAt: occurredAt }
    case 'delivered':
      return { deliveredAt: occurredAt }
    case 'read':
      return { readAt: occurredAt }
    case 'failed':
      return { bounced: { at: occurredAt, error } }
  }
}
