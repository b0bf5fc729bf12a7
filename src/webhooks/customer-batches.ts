import { limits } from '../model/limits.js'
import { type CustomerItem, type CustomerItems, customerRuns, noticesFirst } from './customer-runs.js'
import type { NormalizedItem } from './normalized-webhook.js'

/** Half of what a call may carry, because ids and defaults are added to what is counted here. */
const batchBytes = limits.batchBytes / 2

/**
 * The events of a call, unless one customer has more of them. While a call is checked and written out it lies in memory
 * several times over, and the process does nothing else. A larger call is hardly any quicker.
 */
const batchEvents = 1000

/**
 * Splits items into calls that keep the limits. A customer's items are split, in order, only when they exceed a call on
 * their own.
 */
export function customerBatches(items: readonly CustomerItem[]): readonly (readonly CustomerItems[])[] {
  const batches: CustomerItems[][] = []
  let current: CustomerItems[] = []
  let events = 0
  let bytes = 0
  for (const part of customerRuns(noticesFirst(items)).flatMap(withinOneCall)) {
    const partBytes = part.items.reduce((sum, item) => sum + itemBytes(item), 0)
    const full = current.length === limits.batchConversations || events + part.items.length > batchEvents || bytes + partBytes > batchBytes
    if (current.length > 0 && full) {
      batches.push(current)
      current = []
      events = 0
      bytes = 0
    }
    current.push(part)
    events += part.items.length
    bytes += partBytes
  }
  return current.length > 0 ? [...batches, current] : batches
}

function withinOneCall(customer: CustomerItems): readonly CustomerItems[] {
  const parts: NormalizedItem[][] = [[]]
  const events = customer.items.length > limits.batchEvents ? batchEvents : limits.batchEvents
  let bytes = 0
  for (const item of customer.items) {
    const size = itemBytes(item)
    const last = parts.at(-1) ?? []
    if (last.length > 0 && (last.length === events || bytes + size > batchBytes)) {
      parts.push([item])
      bytes = size
    } else {
      last.push(item)
      bytes += size
    }
  }
  return parts.map((part) => ({ ...customer, items: part }))
}

function itemBytes({ event }: NormalizedItem): number {
  return Buffer.byteLength(JSON.stringify(event))
}
