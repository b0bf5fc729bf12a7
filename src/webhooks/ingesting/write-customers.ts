import { type ConversationStoreError, isConversationStoreError } from '../../model/errors.js'
import type { EventInput } from '../../model/event-inputs.js'
import type { BulkItemResult, ConversationEventsResult } from '../../store/results.js'
import type { NormalizedItem, RejectedItem } from '../normalized-webhook.js'
import type { WebhookAccount } from '../webhook-store.js'
import type { CustomerItems } from './customer-runs.js'
import { writtenEvent } from './written-event.js'

export type CustomerWrite =
  | { readonly customer: CustomerItems; readonly result: ConversationEventsResult<unknown> }
  | { readonly rejected: RejectedItem }

export interface WriteOptions {
  /** What history opens for a customer without any conversation. */
  readonly opens?: 'open' | 'closed' | undefined
  /** The time of events whose channel gives them none. Left out: now. */
  readonly receivedAt?: Date | undefined
  /**
   * The channel of what names no channel of its own, where the account may not have connected the inbox. The store
   * takes an inbox that it does not know for one of the channel `api`, which has no reply window.
   */
  readonly channel?: string | undefined
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
  how: WriteOptions,
): Promise<readonly BulkItemResult<unknown>[]> {
  const results = [...(await send(account, customers, how))]
  // A customer whom the host has written under a word of its own for the channel keeps it.
  const named = customers.flatMap((customer, index) => (isOfAnotherChannel(results[index]) ? [{ customer, index }] : []))
  if (named.length > 0) {
    const again = await send(
      account,
      named.map(({ customer }) => customer),
      { opens: how.opens, receivedAt: how.receivedAt },
    )
    named.forEach(({ index }, place) => {
      const result = again[place]
      if (result !== undefined) results[index] = result
    })
  }
  const failed = results.find((result) => !result.ok && !isRefusal(result.error))
  if (failed !== undefined && !failed.ok) throw failed.error
  return results
}

function isOfAnotherChannel(result: BulkItemResult<unknown> | undefined): boolean {
  return result?.ok === false && isMismatch(result.error)
}

function isMismatch(error: unknown): error is ConversationStoreError {
  return isConversationStoreError(error, 'INBOX_CHANNEL_MISMATCH')
}

async function send(
  account: WebhookAccount,
  customers: readonly CustomerItems[],
  { opens, receivedAt, channel }: WriteOptions,
): Promise<readonly BulkItemResult<unknown>[]> {
  return account
    .bulkUpsertConversationsWithEvents({
      // Most bodies concern one customer. All or nothing is what one item is in any case, and half the work.
      atomic: customers.length === 1,
      conversations: customers.map(({ oaId, customerId, identities, items }) => ({
        oaId,
        customerId,
        ...(channel !== undefined && { channel: items[0]?.channel ?? channel }),
        ...(identities.length > 0 && { identities }),
        ...nameIn(items),
        ...(opens !== undefined && items.some(({ event }) => 'history' in event && event.history === true) && { opens }),
        events: items.map(({ event }) => writtenEvent(event, receivedAt)),
      })),
    })
    .catch((error: unknown) => {
      if (isRefusal(error) || isMismatch(error)) return customers.map(() => ({ ok: false, error }) as const)
      throw error
    })
}

/**
 * What the channel calls the customer, as the last live message or button press of theirs says it. A name that a person
 * typed for the contact stays. Other events come before or after these in any order, and history has names of long ago.
 */
function nameIn(items: readonly NormalizedItem[]): { readonly customerName?: string } {
  const named = items.filter(({ event }) => isFromCustomer(event)).findLast(({ customerName }) => customerName !== undefined)
  return named?.customerName === undefined ? {} : { customerName: named.customerName }
}

function isFromCustomer(event: EventInput): boolean {
  if (event.type === 'message') return event.direction !== 'outbound' && event.history !== true
  return event.type === 'postback' && event.history !== true
}

/** The error's message names paths and limits, never a value. */
export function refusalOf(error: Error | undefined): string {
  return error?.message ?? 'the store gave no result for it'
}

export function isRefusal(error: unknown): error is ConversationStoreError {
  return isConversationStoreError(error, 'VALIDATION_FAILED') || isConversationStoreError(error, 'PAYLOAD_TOO_LARGE')
}
