import type { IgnoredItem, NormalizedItem, NormalizedWebhook, RejectedItem } from '../normalized-webhook.js'
import type { ItemReading } from './item-context.js'
import { outcomeOf } from './outcomes.js'

/** What a channel's reader has found in a body so far, in the order of the body. */
export interface Collected {
  readonly items: NormalizedItem[]
  readonly ignored: IgnoredItem[]
  readonly rejected: RejectedItem[]
}

/**
 * Runs a channel's reader over a body and returns the result. It never throws: an error that the reader throws becomes
 * a rejection.
 */
export function collect(read: (collected: Collected) => void): NormalizedWebhook {
  const collected: Collected = { items: [], ignored: [], rejected: [] }
  guarded('body', collected, () => read(collected))
  return { ...outcomeOf(collected), ...collected }
}

/**
 * Reads each element of a list separately, so that a bad one does not affect the others. Something that is not a list
 * is rejected.
 */
export function collectEach(
  list: unknown,
  path: string,
  collected: Collected,
  read: (element: unknown, elementPath: string) => void,
): void {
  if (!Array.isArray(list)) return void collected.rejected.push({ path, reason: 'not an array' })
  list.forEach((element: unknown, index) => {
    const elementPath = `${path}[${index}]`
    guarded(elementPath, collected, () => read(element, elementPath))
  })
}

/** Adds the reading of one item to the items, to what is ignored, or to what is rejected. */
export function collectReading(reading: ItemReading, path: string, collected: Collected): void {
  if ('refused' in reading) return void collected.rejected.push({ path, reason: reading.refused })
  if ('ignored' in reading) return void collected.ignored.push({ path, reason: reading.ignored })
  const { oaId, customerId, standby } = reading.context
  for (const event of reading.events) collected.items.push({ path, oaId, customerId, event, standby })
}

/**
 * Guards against errors while reading. A parsed body may come from anywhere, and its getters, proxies and circular
 * references may throw where JSON would not.
 */
function guarded(path: string, collected: Collected, read: () => void): void {
  try {
    read()
  } catch {
    collected.rejected.push({ path, reason: 'it could not be read' })
  }
}
