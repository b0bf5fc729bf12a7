import type { EventInput } from '../../model/event-inputs.js'
import type { HistoryProgress, IgnoredItem, NormalizedItem, NormalizedWebhook, RejectedItem } from '../normalized-webhook.js'
import type { ItemReading } from './item-context.js'
import { outcomeOf } from './outcomes.js'

/** What a channel's reader has found in a body so far, in the order of the body. */
export interface Collected {
  readonly items: NormalizedItem[]
  readonly ignored: IgnoredItem[]
  readonly rejected: RejectedItem[]
  readonly historyProgress: HistoryProgress[]
  /** The paths of what was rejected because the body names no inbox. */
  readonly withoutInbox: string[]
}

/**
 * Runs a channel's reader over a body and returns the result. It never throws: an error that the reader throws becomes
 * a rejection.
 */
export function collect(read: (collected: Collected) => void): NormalizedWebhook {
  const collected: Collected = { items: [], ignored: [], rejected: [], historyProgress: [], withoutInbox: [] }
  guarded('body', collected, () => read(collected))
  if ([collected.items, collected.ignored, collected.rejected].every((found) => found.length === 0)) {
    collected.ignored.push({ path: 'body', reason: 'nothing in it' })
  }
  const { items, ignored, rejected, historyProgress, withoutInbox } = collected
  return {
    ...outcomeOf(collected),
    items,
    ignored,
    rejected,
    ...(withoutInbox.length > 0 && { needsOaId: true }),
    ...(historyProgress.length > 0 && { historyProgress }),
  }
}

/** As `collect`, but an item that is the same as one before it in the body is ignored. */
export function collectOnce(read: (collected: Collected) => void): NormalizedWebhook {
  return collect((collected) => {
    read(collected)
    const items = collected.items.splice(0)
    const hasTwin = twinsIn(items)
    const seen = new Set<string>()
    for (const item of items) {
      const key = hasTwin(item) ? contentOf(item) : null
      if (key !== null && seen.has(key)) collected.ignored.push({ path: item.path, reason: 'the body has it twice' })
      else collected.items.push(item)
      if (key !== null) seen.add(key)
    }
  })
}

/**
 * Tells which items could be the same as another one: those that say the same kind of thing about the same message. The
 * others of a large body are not written out for the comparison, which would take more memory than the body.
 */
function twinsIn(items: readonly NormalizedItem[]): (item: NormalizedItem) => boolean {
  const counts = new Map<string, Map<string, number>>()
  for (const { event } of items) {
    const ofType = counts.get(event.type) ?? new Map<string, number>()
    counts.set(event.type, ofType.set(subjectOf(event), (ofType.get(subjectOf(event)) ?? 0) + 1))
  }
  return ({ event }) => (counts.get(event.type)?.get(subjectOf(event)) ?? 0) > 1
}

function subjectOf(event: EventInput): string {
  if ('messageIds' in event) return event.messageIds?.[0] ?? ''
  if ('targetMessageId' in event) return event.targetMessageId
  return ('messageId' in event ? event.messageId : undefined) ?? ''
}

function contentOf({ path: _, ...content }: NormalizedItem): string {
  return JSON.stringify(content)
}

/** Rejects a part of a body that names no inbox, where the host has not said to which one the body was posted. */
export function rejectWithoutInbox(path: string, collected: Collected): void {
  collected.withoutInbox.push(path)
  collected.rejected.push({ path, reason: 'the body names no inbox, and no oaId was given' })
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
  const { oaId, customerId, standby, channel, provider, identities, history, otherwise } = reading.context
  for (const event of reading.events) {
    collected.items.push({
      path,
      oaId,
      customerId,
      event,
      standby,
      ...(channel !== undefined && { channel }),
      ...(provider !== undefined && { provider }),
      ...(identities !== undefined && { identities }),
      ...(history === true && { history }),
      ...(otherwise !== undefined && { otherwise }),
    })
  }
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
