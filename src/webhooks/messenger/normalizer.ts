import type { ChannelNormalizer, NormalizedItem, NormalizedWebhook, RejectedItem } from '../normalized-webhook.js'
import { field, isRecord, readId } from '../reading/fields.js'
import { readItem } from './item.js'

export interface MessengerOptions {
  /**
   * Finds the host's own id of a reply in the `metadata` that the host gave to the Send API, so that the echo meets the reply even when
   * it comes before `message_sent`. Default: none is read. An echo in which it throws is rejected.
   */
  readonly localIdFromEcho?: (metadata: string) => string | null
}

/** Messenger bodies as they come; `messengerWith` has options. */
export const messenger: ChannelNormalizer = messengerWith({})

export function messengerWith(options: MessengerOptions): ChannelNormalizer {
  return { channel: 'messenger', normalize: (body) => normalizeMessenger(body, options) }
}

interface Collected {
  readonly items: NormalizedItem[]
  readonly rejected: RejectedItem[]
  readonly ignored: string[]
}

function normalizeMessenger(body: unknown, options: MessengerOptions): NormalizedWebhook {
  const collected: Collected = { items: [], rejected: [], ignored: [] }
  guarded('body', collected, () => readBody(body, options, collected))
  const { items, rejected, ignored } = collected
  if (rejected.length === 0) {
    return items.length > 0
      ? { outcome: 'events', reason: null, items, rejected }
      : { outcome: 'ignored', reason: ignored[0] ?? 'no entries', items, rejected }
  }
  const first = rejected[0] === undefined ? null : `${rejected[0].path}: ${rejected[0].reason}`
  return { outcome: items.length > 0 ? 'partial' : 'invalid', reason: first, items, rejected }
}

function readBody(body: unknown, options: MessengerOptions, collected: Collected): void {
  if (!isRecord(body)) return void collected.rejected.push({ path: 'body', reason: 'not an object' })
  const object = field(body, 'object')
  if (typeof object !== 'string') return void collected.rejected.push({ path: 'object', reason: 'missing' })
  if (object !== 'page') return void collected.ignored.push('object is not "page"')
  const entries = field(body, 'entry')
  if (!Array.isArray(entries)) return void collected.rejected.push({ path: 'entry', reason: 'not an array' })
  entries.forEach((entry: unknown, index) => {
    const path = `entry[${index}]`
    guarded(path, collected, () => readEntry(entry, path, options, collected))
  })
}

function readEntry(entry: unknown, path: string, options: MessengerOptions, collected: Collected): void {
  const page = readId(field(entry, 'id'), 'entry.id')
  if (page === null) return void collected.rejected.push({ path, reason: 'entry.id is missing' })
  if ('refused' in page) return void collected.rejected.push({ path, reason: page.refused })
  if (page.id === '0') return void collected.ignored.push("the dashboard's test: entry.id is 0")
  let found = false
  for (const list of ['messaging', 'standby'] as const) {
    const items = field(entry, list)
    if (items === undefined || items === null) continue
    found = true
    if (!Array.isArray(items)) {
      collected.rejected.push({ path: `${path}.${list}`, reason: 'not an array' })
      continue
    }
    items.forEach((item: unknown, index) => {
      const itemPath = `${path}.${list}[${index}]`
      guarded(itemPath, collected, () => readOne({ item, entry, pageId: page.id, list, path: itemPath }, options, collected))
    })
  }
  if (!found) collected.ignored.push('an entry without messaging or standby')
}

interface OneItem {
  readonly item: unknown
  readonly entry: unknown
  readonly pageId: string
  readonly list: 'messaging' | 'standby'
  readonly path: string
}

function readOne({ item, entry, pageId, list, path }: OneItem, options: MessengerOptions, collected: Collected): void {
  if (!isRecord(item)) return void collected.rejected.push({ path, reason: 'not an object' })
  const standby = list === 'standby'
  const reading = readItem({ item, entry, pageId, standby, localIdFromEcho: options.localIdFromEcho ?? (() => null) })
  if ('refused' in reading) return void collected.rejected.push({ path, reason: reading.refused })
  if ('ignored' in reading) return void collected.ignored.push(reading.ignored)
  for (const event of reading.events) collected.items.push({ path, oaId: pageId, customerId: reading.customerId, event, standby })
}

/** A parsed body may come from anywhere: getters, proxies and cycles throw where JSON would not. */
function guarded(path: string, collected: Collected, read: () => void): void {
  try {
    read()
  } catch {
    collected.rejected.push({ path, reason: 'it could not be read' })
  }
}
