import { type ConversationStoreError, isConversationStoreError } from '../model/errors.js'
import type { BulkItemResult, ConversationEventsResult } from '../store/results.js'
import type { CustomerItems } from './customer-runs.js'
import type { RejectedItem } from './normalized-webhook.js'
import type { WebhookAccount } from './webhook-store.js'
import { writtenEvent } from './written-event.js'

export type CustomerWrite =
  | { readonly customer: CustomerItems; readonly result: ConversationEventsResult<unknown> }
  | { readonly rejected: RejectedItem }

export interface WriteOptions {
  /** What history opens for a customer without any conversation. */
  readonly opens?: 'open' | 'closed' | undefined
}

/**
 * Writes many customers in one call, with one atomic step for each. What the store refuses for its shape or size is
 * written again event by event, so that only the bad event is lost, because the channel sends a body again as a whole
 * or not at all. Every other failure is thrown. Whatever was written before it is known already when the body is sent
 * again.
 */
export async function writeCustomers(
  account: WebhookAccount,
  customers: readonly CustomerItems[],
  how: WriteOptions,
): Promise<readonly CustomerWrite[]> {
  const results = await bulk(account, customers, how)
  const written: CustomerWrite[] = []
  for (const [index, customer] of customers.entries()) {
    const result = results[index]
    if (result?.ok) written.push({ customer, result })
    else written.push(...(await writeOneByOne(account, customer, how)))
  }
  return written
}

async function writeOneByOne(account: WebhookAccount, customer: CustomerItems, how: WriteOptions): Promise<readonly CustomerWrite[]> {
  const written: CustomerWrite[] = []
  for (const item of customer.items) {
    const one = { ...customer, items: [item] }
    const [result] = await bulk(account, [one], how)
    if (result?.ok) written.push({ customer: one, result })
    else written.push({ rejected: { path: item.path, reason: refusalOf(result?.error) } })
  }
  return written
}

/**
 * Returns one result per customer. When the call is refused as a whole, each customer gets that refusal. Any other
 * failure is thrown.
 */
async function bulk(
  account: WebhookAccount,
  customers: readonly CustomerItems[],
  { opens }: WriteOptions,
): Promise<readonly BulkItemResult<unknown>[]> {
  const results = await account
    .bulkUpsertConversationsWithEvents({
      // Most bodies concern one customer. All or nothing is what one item is in any case, and half the work.
      atomic: customers.length === 1,
      conversations: customers.map(({ oaId, customerId, identities, items }) => ({
        oaId,
        customerId,
        ...(identities.length > 0 && { identities }),
        ...(opens !== undefined && items.some(({ event }) => 'history' in event && event.history === true) && { opens }),
        events: items.map(({ event }) => writtenEvent(event)),
      })),
    })
    .catch((error: unknown) => {
      if (isRefusal(error)) return customers.map(() => ({ ok: false, error }) as const)
      throw error
    })
  const failed = results.find((result) => !result.ok && !isRefusal(result.error))
  if (failed !== undefined && !failed.ok) throw failed.error
  return results
}

/** The error's message names paths and limits, never a value. */
export function refusalOf(error: Error | undefined): string {
  return error?.message ?? 'the store gave no result for it'
}

export function isRefusal(error: unknown): error is ConversationStoreError {
  return isConversationStoreError(error, 'VALIDATION_FAILED') || isConversationStoreError(error, 'PAYLOAD_TOO_LARGE')
}
