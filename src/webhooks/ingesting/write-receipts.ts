import type { InboxReceiptResult } from '../../store/results.js'
import type { NormalizedItem, RejectedItem } from '../normalized-webhook.js'
import type { WebhookAccount } from '../webhook-store.js'
import { isRefusal, refusalOf } from './write-customers.js'
import { writtenEvent } from './written-event.js'

export type ReceiptWrite = { readonly path: string; readonly receipts: readonly InboxReceiptResult[] } | { readonly rejected: RejectedItem }

/** Applies the receipts that name no customer. Their messages are looked for in the whole inbox. */
export async function writeReceipts(
  account: WebhookAccount,
  items: readonly NormalizedItem[],
  receivedAt?: Date,
): Promise<readonly ReceiptWrite[]> {
  const written: ReceiptWrite[] = []
  for (const item of items) written.push(await writeReceipt(account, item, receivedAt))
  return written
}

async function writeReceipt(
  account: WebhookAccount,
  { oaId, path, event }: NormalizedItem,
  receivedAt: Date | undefined,
): Promise<ReceiptWrite> {
  const receipt = writtenEvent(event, receivedAt)
  if (receipt.type !== 'receipt') return { rejected: { path, reason: 'customerId is null, and the event is no receipt' } }
  const { status, messageIds = [], eventId, occurredAt, error } = receipt
  try {
    const receipts = await account.applyReceipt({
      oaId,
      status,
      messageIds,
      ...(eventId !== undefined && { eventId }),
      ...(occurredAt !== undefined && { occurredAt }),
      ...(error !== undefined && { error }),
    })
    return { path, receipts }
  } catch (failure) {
    if (isRefusal(failure)) return { rejected: { path, reason: refusalOf(failure) } }
    throw failure
  }
}
