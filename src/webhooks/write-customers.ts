import { isConversationStoreError } from '../model/errors.js'
import type { BulkItemResult, ConversationEventsResult } from '../store/account-conversations.js'
import type { CustomerItems } from './customer-batches.js'
import type { RejectedItem } from './normalized-webhook.js'
import type { WebhookAccount } from './webhook-store.js'

export type CustomerWrite =
  | { readonly customer: CustomerItems; readonly result: ConversationEventsResult<unknown> }
  | { readonly rejected: RejectedItem }

/**
 * One call for many customers, one step for each. What the store refuses for its shape or size is written again event by event, so that
 * only the bad one is lost: the channel sends a body again as a whole or not at all. Every other failure is thrown; whatever was written
 * by then is known when the body comes again.
 */
export async function writeCustomers(account: WebhookAccount, customers: readonly CustomerItems[]): Promise<readonly CustomerWrite[]> {
  const results = await bulk(account, customers)
  const written: CustomerWrite[] = []
  for (const [index, customer] of customers.entries()) {
    const result = results === null ? null : results[index]
    if (result?.ok) written.push({ customer, result })
    else if (result && !isRefusal(result.error)) throw result.error
    else written.push(...(await writeOneByOne(account, customer)))
  }
  return written
}

async function writeOneByOne(account: WebhookAccount, customer: CustomerItems): Promise<readonly CustomerWrite[]> {
  const written: CustomerWrite[] = []
  for (const item of customer.items) {
    const one = { ...customer, items: [item] }
    const results = await bulk(account, [one])
    const result = results?.[0]
    if (result?.ok) written.push({ customer: one, result })
    else if (result && !isRefusal(result.error)) throw result.error
    else written.push({ rejected: { path: item.path, reason: 'the store refused it: a field is too large, or not what it may be' } })
  }
  return written
}

/** Null when the store refused the call as a whole. */
async function bulk(account: WebhookAccount, customers: readonly CustomerItems[]): Promise<readonly BulkItemResult<unknown>[] | null> {
  try {
    return await account.bulkUpsertConversationsWithEvents({
      atomic: false,
      conversations: customers.map(({ oaId, customerId, items }) => ({ oaId, customerId, events: items.map(({ event }) => event) })),
    })
  } catch (error) {
    if (isRefusal(error)) return null
    throw error
  }
}

function isRefusal(error: unknown): boolean {
  return isConversationStoreError(error, 'VALIDATION_FAILED') || isConversationStoreError(error, 'PAYLOAD_TOO_LARGE')
}
