import { refusal } from '../model/validation/refusal.js'
import { customerBatches } from './customer-batches.js'
import { messenger } from './messenger/normalizer.js'
import type { ChannelNormalizer, NormalizedItem, NormalizedWebhook } from './normalized-webhook.js'
import { parseBody } from './parse-body.js'
import { type AccountWrite, reportOf, type WebhookReport } from './webhook-report.js'
import type { WebhookStore } from './webhook-store.js'
import { writeCustomers } from './write-customers.js'

/**
 * The one channel that goes on working by its name, from before normalizers were imported. A name is looked up while
 * the program runs, so its reader (some 10 kB) is in the bundle of every host that ingests anything, and that is
 * accepted for this one. A further channel must not be named here: its host imports it, and every other host's bundle
 * leaves it out.
 */
const normalizers = { messenger } as const

/** The channels that `ingestWebhook` knows by name. */
export type WebhookChannel = keyof typeof normalizers

/**
 * Writes a webhook's body into the conversations of whoever connected its inboxes. `channel` is an imported normalizer
 * (`messenger`, or the host's own). `body` is what the channel posted: its text or its bytes (a `Buffer`, any typed
 * array, a `DataView`, an `ArrayBuffer` or a `SharedArrayBuffer`), each with or without a BOM, or its parsed JSON.
 *
 * Atomic is one customer's events: they are written in one step, in the order of the body, or in several where they
 * exceed the limits of a call. The body as a whole is atomic only where `store` is `store.using(tx)`. It is idempotent:
 * a body that comes again is all duplicates and changes nothing.
 *
 * It never throws for what the channel sent: that is in the report, and is answered with 200. It throws
 * VALIDATION_FAILED, before it asks or writes anything, for an unknown channel and for a `body` that no channel can
 * have sent (a `Request`, a stream, a `Blob`, a promise, `undefined`, a number, …). It throws the store's error after
 * the store's own retries when the database can not take the body (CONTENTION, UNAVAILABLE, COMMIT_OUTCOME_UNKNOWN, …).
 * Answer each error with a 5xx, and the channel sends the body again. The other accounts' events of the body are
 * written all the same.
 */
export async function ingestWebhook(
  store: WebhookStore,
  channel: WebhookChannel | ChannelNormalizer,
  body: unknown,
): Promise<WebhookReport> {
  const normalizer = normalizerOf(channel)
  const parsed = parseBody(body)
  const normalized = 'unparsable' in parsed ? unparsable(parsed.unparsable) : normalizer.normalize(parsed.body)
  const { itemsOf, unknownInboxes } = await byAccount(store, normalizer.channel, normalized.items)
  const written: AccountWrite[] = []
  const failures: unknown[] = []
  for (const [accountId, items] of itemsOf) {
    try {
      for (const batch of customerBatches(items)) {
        written.push(...(await writeCustomers(store.forAccount(accountId), batch)).map((write) => ({ ...write, accountId })))
      }
    } catch (error) {
      failures.push(error)
    }
  }
  if (failures.length > 0) throw failures[0]
  return reportOf(normalized, written, unknownInboxes)
}

function normalizerOf(channel: WebhookChannel | ChannelNormalizer): ChannelNormalizer {
  if (typeof channel === 'string' && Object.hasOwn(normalizers, channel)) return normalizers[channel]
  if (typeof channel === 'object' && typeof channel?.normalize === 'function') return channel
  throw refusal(['channel'], `must be ${Object.keys(normalizers).join(', ')}, or a ChannelNormalizer`)
}

function unparsable(reason: string): NormalizedWebhook {
  const refused = { path: 'body', reason }
  return { outcome: 'invalid', reason: `body: ${reason}`, items: [], ignored: [], rejected: [refused] }
}

async function byAccount(
  store: WebhookStore,
  channel: string,
  items: readonly NormalizedItem[],
): Promise<{ readonly itemsOf: ReadonlyMap<string, readonly NormalizedItem[]>; readonly unknownInboxes: readonly string[] }> {
  const ownerOf = new Map<string, string | null>()
  for (const { oaId } of items) {
    if (!ownerOf.has(oaId)) ownerOf.set(oaId, (await store.findInboxOwner({ channel, oaId }))?.accountId ?? null)
  }
  const itemsOf = new Map<string, NormalizedItem[]>()
  for (const item of items) {
    const accountId = ownerOf.get(item.oaId) ?? null
    if (accountId === null) continue
    const known = itemsOf.get(accountId)
    if (known) known.push(item)
    else itemsOf.set(accountId, [item])
  }
  return { itemsOf, unknownInboxes: [...ownerOf].flatMap(([oaId, accountId]) => (accountId === null ? [oaId] : [])) }
}
