import { refusal } from '../model/validation/refusal.js'
import { customerBatches } from './customer-batches.js'
import { messenger } from './messenger/normalizer.js'
import type { ChannelNormalizer, NormalizedItem, NormalizedWebhook } from './normalized-webhook.js'
import { type AccountWrite, reportOf, type WebhookReport } from './webhook-report.js'
import type { WebhookStore } from './webhook-store.js'
import { writeCustomers } from './write-customers.js'

const normalizers = { messenger } as const

/** The channels that `ingestWebhook` knows by name. */
export type WebhookChannel = keyof typeof normalizers

/**
 * Writes a webhook's body into the conversations of whoever connected its inboxes; each customer's events in one atomic step, in order.
 * Idempotent: a body that comes again is all duplicates and changes nothing. `body` is the parsed JSON, or its text or bytes.
 *
 * Never throws for what is in the body. Throws VALIDATION_FAILED for an unknown channel, and the store's error when the database can not take it (`CONTENTION`, `UNAVAILABLE`, …) after
 * its own retries: answer 5xx, and the channel sends the body again. One account's failure does not keep another's events from being written.
 */
export async function ingestWebhook(
  store: WebhookStore,
  channel: WebhookChannel | ChannelNormalizer,
  body: unknown,
): Promise<WebhookReport> {
  const normalizer = normalizerOf(channel)
  const parsed = parseBody(body)
  const normalized = 'unparsable' in parsed ? unparsable : normalizer.normalize(parsed.body)
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

const unparsable: NormalizedWebhook = {
  outcome: 'invalid',
  reason: 'body: not JSON',
  items: [],
  rejected: [{ path: 'body', reason: 'not JSON' }],
}

function parseBody(body: unknown): { readonly body: unknown } | { readonly unparsable: true } {
  if (typeof body !== 'string' && !(body instanceof Uint8Array)) return { body }
  try {
    return { body: JSON.parse(typeof body === 'string' ? body : new TextDecoder().decode(body)) }
  } catch {
    return { unparsable: true }
  }
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
