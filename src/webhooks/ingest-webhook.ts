import { refusal } from '../model/validation/refusal.js'
import { customerBatches } from './customer-batches.js'
import { messenger } from './messenger/normalizer.js'
import type { ChannelNormalizer, NormalizedItem, NormalizedWebhook } from './normalized-webhook.js'
import { parseBody } from './parse-body.js'
import { type AccountWrite, reportOf, type WebhookReport } from './webhook-report.js'
import type { WebhookStore } from './webhook-store.js'
import { writeCustomers } from './write-customers.js'

/**
 * The channels that `ingestWebhook` knows by name. Messenger stays here because hosts used its name before normalizers
 * were imported. A name is looked up while the program runs, so the bundle of every host that ingests anything holds
 * this reader (about 10 kB), which is accepted for this one. Do not add a further channel here. Its host imports it, so
 * that the bundles of other hosts leave it out.
 */
const normalizers: Readonly<Record<WebhookChannel, ChannelNormalizer>> = { messenger }

/** The channels that `ingestWebhook` knows by name. */
export type WebhookChannel = 'messenger'

/**
 * Writes a webhook's body into the conversations of the accounts that have connected its inboxes. `channel` is an
 * imported normalizer (`messenger`, or the host's own). `body` is what the channel posted: its text or its bytes (a
 * `Buffer`, any typed array, a `DataView`, an `ArrayBuffer` or a `SharedArrayBuffer`), each with or without a BOM, or
 * its parsed JSON.
 *
 * The events of one customer are atomic: they are written in one step, in the order of the body, or in several steps
 * when they exceed the limits of a call. The body as a whole is atomic only when `store` is `store.using(tx)`.
 * Ingesting is idempotent: a body that is sent again gives only duplicates and changes nothing.
 *
 * It never throws because of what the channel sent. The report says what could not be used, and the host answers with
 * 200. It throws VALIDATION_FAILED, before it reads or writes anything, for an unknown channel and for a `body` that no
 * channel can have sent (a `Request`, a stream, a `Blob`, a promise, `undefined`, a number, …). When the database
 * cannot take the body, it throws the store's error (CONTENTION, UNAVAILABLE, COMMIT_OUTCOME_UNKNOWN, …) after the
 * store's own retries. Answer each error with a 5xx, so that the channel sends the body again. The events of other
 * accounts in the body are written all the same.
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
