import type { DeliveryStatus } from '../records.js'
import { withStatus } from './delivery-status.js'
import type { WritePlan } from './item-plan.js'
import type { MessageRow } from './rows.js'

export interface Receipt {
  readonly status: Exclude<DeliveryStatus, 'pending'>
  readonly occurredAt: Date
  readonly error: string | null
}

const timeFields = { sent: 'sentAt', delivered: 'deliveredAt', read: 'readAt', failed: 'failedAt' } as const

/**
 * Keeps the earliest time of each status, so that receipts give the same result in any order. Returns whether the
 * message changed.
 */
export function applyReceipt({ world }: WritePlan, row: MessageRow, { status, occurredAt, error }: Receipt): boolean {
  const field = timeFields[status]
  const kept = row[field]
  if (row.direction === 'inbound' || (kept !== null && kept.getTime() <= occurredAt.getTime())) return false
  world.putMessage(withStatus({ ...row, [field]: occurredAt, ...(status === 'failed' ? { error } : {}) }))
  return true
}
