import { limits } from '../../model/limits.js'
import { thisProcess } from '../../store/this-process.js'
import type { TakenWebhook } from '../../store/webhook-journal-port.js'
import type { IngestOptions } from '../ingest-webhook.js'
import { bodyParts as partsOfBody } from '../ingesting/body-parts.js'
import { placeFinder } from '../ingesting/places.js'
import type { ChannelNormalizer, NormalizedItem, NormalizedWebhook } from '../normalized-webhook.js'
import { type ReadWebhook, requireInbox, requireOaId } from '../read-webhook.js'
import type { NamedInbox, OwnerOf, StoreOf, WebhookStore } from '../webhook-store.js'
import { bodyParts, type OwnedItem } from './body-parts.js'
import type { JournalStore } from './journal-store.js'
import { claimMs } from './keep-claim.js'
import { withoutBodySecrets } from './without-secrets.js'
import type { WorkOptions } from './work-part.js'

/** How a handler keeps the bodies that it takes. */
export interface JournalOptions {
  /** For how many days a body is kept, whatever became of it. 1 to 3,653. */
  readonly retainDays: number
  /**
   * The store that keeps the journal, where the handler's `store` is a function or a transaction. The accounts of all
   * stores share this journal, so their ids have to differ. Default: the handler's `store`.
   */
  readonly store?: JournalStore
}

export const dayMs = 86_400_000

/**
 * Keeps a body, each account's part for itself and without what is secret in it, and returns the parts as bodies that
 * this process has taken up. Null for what is not kept: what is no JSON object or list, and what is too large for it.
 * Throws the store's errors; the channel then sends the body again.
 */
export async function keepBody(
  store: JournalStore,
  normalizer: ChannelNormalizer,
  { parsed, normalized }: ReadWebhook,
  { retainDays }: JournalOptions,
  options: IngestOptions & Pick<WorkOptions, 'into'>,
): Promise<readonly TakenWebhook[] | null> {
  requireOaId(options.oaId)
  requireInbox(normalized, options.oaId)
  if (typeof parsed !== 'object' || parsed === null) return null
  const parts = bodyParts(parsed, await ownedItems(options.into ?? store, normalizer, normalized, options.ownerOf)).map((part) => ({
    ...part,
    accountId: part.accountId,
    text: JSON.stringify(withoutBodySecrets(part.body)),
  }))
  if (parts.some(({ text }) => Buffer.byteLength(text) > limits.keptBodyBytes)) return null
  const { channel, provider = null } = normalizer
  const { oaId = null } = options
  const holder = thisProcess()
  return Promise.all(
    parts.map(async ({ accountId, inboxes, text }) => {
      const kept = { accountId, channel, provider, oaId, inboxes, body: text, holder }
      const retainMs = retainDays * dayMs
      const { id, token, receivedAt } = await store.forOperator().keepWebhook({ ...kept, retainMs, claimMs })
      const state = { outcome: 'waiting', report: null, attempts: 1, workedAt: null } as const
      return { ...kept, ...state, id, token, receivedAt, expiresAt: new Date(receivedAt.getTime() + retainMs) }
    }),
  )
}

/** The items of a body, each with the account that has its inbox, which is found as it is for writing them. */
async function ownedItems(
  store: WebhookStore | StoreOf,
  { channel }: ChannelNormalizer,
  normalized: NormalizedWebhook,
  ownerOf: OwnerOf | undefined,
): Promise<readonly OwnedItem[]> {
  const { parts, failures } = await partsOfBody(placeFinder(store, ownerOf), channel, normalized)
  if (failures.length > 0) throw failures[0]
  const inboxOf = (item: NormalizedItem): NamedInbox => ({ channel: item.channel ?? channel, oaId: item.oaId })
  const owned = parts.flatMap(({ accountId, items }) => items.map((item) => ({ path: item.path, accountId, inbox: inboxOf(item) })))
  const paths = new Set(owned.map(({ path }) => path))
  const others = normalized.items.filter(({ path }) => !paths.has(path))
  return [...owned, ...others.map((item) => ({ path: item.path, accountId: null, inbox: inboxOf(item) }))]
}
