import { refusal } from '../model/validation/refusal.js'
import { bodyParts } from './ingesting/body-parts.js'
import { placeFinder } from './ingesting/places.js'
import { writePart } from './ingesting/write-part.js'
import { messenger } from './messenger/normalizer.js'
import type { ChannelNormalizer, NormalizedItem, NormalizedWebhook } from './normalized-webhook.js'
import { readWebhook, requireInbox, requireOaId } from './read-webhook.js'
import { consoleLogger, logRejected, logWritten, type WebhookLogger } from './webhook-logger.js'
import { type AccountWrite, reportOf, type WebhookReport } from './webhook-report.js'
import type { NamedInbox, OwnerOf, StoreOf, WebhookStore } from './webhook-store.js'

/**
 * The channels that `ingestWebhook` knows by name. Messenger stays here because hosts used its name before normalizers
 * were imported. A name is looked up while the program runs, so the bundle of every host that ingests anything holds
 * this reader (about 10 kB), which is accepted for this one. Do not add a further channel here. Its host imports it, so
 * that the bundles of other hosts leave it out.
 */
const normalizers: Readonly<Record<WebhookChannel, ChannelNormalizer>> = { messenger }

/** The channels that `ingestWebhook` knows by name. */
export type WebhookChannel = 'messenger'

export interface IngestOptions {
  /**
   * The inbox to which the channel posted the body, as the host knows it from its route. It is required for bodies that
   * name no inbox: Telegram's, those of 360dialog on-premise, and statuses of Twilio without numbers. Zalo's bodies are
   * surer to read with it. Where a body names its inbox, that one counts.
   */
  readonly oaId?: string
  /**
   * What history opens for a customer without any conversation: one that is `open`, which is the default, or one that
   * was `closed` at the time of its last message.
   */
  readonly opens?: 'open' | 'closed'
  /**
   * When the body came, for a host that writes it later. It is the time of events whose channel gives them none, such
   * as Twilio's. Default: now.
   */
  readonly receivedAt?: Date
  /**
   * Says which account has an inbox, for hosts that keep their inboxes in a table of their own. Null: none has it. It
   * is asked once for each inbox of a body. What it throws is thrown after the events of all other inboxes were
   * written. Default: the account that has connected the inbox (`connectInbox`).
   */
  readonly ownerOf?: OwnerOf
  /**
   * Called once for each inbox that no account has, after everything else was written. What it throws is logged, and
   * changes nothing.
   */
  readonly unknownInbox?: (inbox: NamedInbox) => void | Promise<void>
  /**
   * Where to tell what was rejected, as warnings, and the progress, as debug messages. Default: warnings and errors go
   * to the console.
   */
  readonly logger?: WebhookLogger
  /**
   * True where the host takes bodies that nobody signed, as in a trial on its own machine. What a guide's `curl` posts
   * to Messenger or Instagram is then taken too, without a `mid` and without the id of its entry. Default: false.
   */
  readonly allowUnsigned?: boolean
}

/**
 * Writes a webhook's body into the conversations of the accounts that have connected its inboxes. `channel` is an
 * imported normalizer (`messenger`, or the host's own). `body` is what the channel posted: its text or its bytes (a
 * `Buffer`, any typed array, a `DataView`, an `ArrayBuffer` or a `SharedArrayBuffer`), each with or without a BOM, or
 * what was parsed of it. `store` is the host's store, or a function that gives the store of an inbox, for hosts with a
 * database for each tenant. It is asked once for each inbox of a body, and null means that nobody has the inbox.
 *
 * The events of one customer are atomic: they are written in one step, in the order of the body, or in several steps
 * when they exceed the limits of a call, or when the body names the customer in several ways. Notices of changed ids
 * come before everything else. The body as a whole is atomic only when `store` is `store.using(tx)`. Ingesting is
 * idempotent: a body that is sent again gives only duplicates and changes nothing.
 *
 * It never throws because of what the channel sent. The report says what could not be used, and the host answers with
 * 200. It throws VALIDATION_FAILED, before it reads or writes anything, for an unknown channel, for a `body` that no
 * channel can have sent (a `Request`, a stream, a `Blob`, a promise, `undefined`, a number, …), and for one that names
 * no inbox when no `oaId` is given either. When the database cannot take the body, it throws the store's error
 * (CONTENTION, UNAVAILABLE, COMMIT_OUTCOME_UNKNOWN, …) after the store's own retries. Answer each error with a 5xx, so
 * that the channel sends the body again. The events of other accounts in the body are written all the same, and so are
 * those of other stores when `store` throws, or the one that it gives.
 */
export async function ingestWebhook(
  store: WebhookStore | StoreOf,
  channel: WebhookChannel | ChannelNormalizer,
  body: unknown,
  options: IngestOptions = {},
): Promise<WebhookReport> {
  const normalizer = normalizerOf(channel)
  requireOaId(options.oaId)
  return ingestRead(store, normalizer, readWebhook(normalizer, body, options).normalized, options)
}

/**
 * Writes a body that was read before, as `ingestWebhook` does.
 *
 * @internal
 */
export async function ingestRead(
  store: WebhookStore | StoreOf,
  normalizer: ChannelNormalizer,
  normalized: NormalizedWebhook,
  options: IngestOptions,
): Promise<WebhookReport> {
  requireOaId(options.oaId)
  requireInbox(normalized, options.oaId)
  return write(store, normalizer, normalized, options)
}

/**
 * Writes one item of a body, as `normalize` gave it: for hosts that read a body at once and write its items one by one,
 * from a queue of their own. It is atomic, idempotent, and throws like `ingestWebhook`. The items of one customer have
 * to come in their order, and notices of changed ids before the others.
 */
export async function ingestEvent(
  store: WebhookStore | StoreOf,
  channel: WebhookChannel | ChannelNormalizer,
  item: NormalizedItem,
  options: Omit<IngestOptions, 'oaId'> = {},
): Promise<WebhookReport> {
  const one = { outcome: 'events', reason: null, items: [item], ignored: [], rejected: [] } as const
  return write(store, normalizerOf(channel), one, options)
}

async function write(
  store: WebhookStore | StoreOf,
  { channel }: ChannelNormalizer,
  normalized: NormalizedWebhook,
  { opens, receivedAt, logger = consoleLogger, ownerOf, unknownInbox }: IngestOptions,
): Promise<WebhookReport> {
  const { parts, unknownInboxes, failures } = await bodyParts(placeFinder(store, ownerOf), channel, normalized)
  const written: AccountWrite[] = []
  const failed = [...failures]
  for (const part of parts) {
    try {
      const how = { opens, receivedAt, logger, ...(ownerOf !== undefined && { channel }) }
      for await (const each of writePart(part, how)) written.push(each)
    } catch (error) {
      failed.push(error)
    }
  }
  const report = reportOf(normalized, written, [...new Set(unknownInboxes.map(({ oaId }) => oaId))])
  logRejected(logger, report.rejected)
  logWritten(logger, report.conversations)
  for (const inbox of unknownInboxes) await told(logger, inbox, unknownInbox)
  if (failed.length > 0) throw failed[0]
  return report
}

async function told(logger: WebhookLogger, inbox: NamedInbox, unknownInbox: IngestOptions['unknownInbox']): Promise<void> {
  try {
    await unknownInbox?.(inbox)
  } catch {
    logger.error('[Webhook] unknownInbox failed; the body was taken all the same')
  }
}

function normalizerOf(channel: WebhookChannel | ChannelNormalizer): ChannelNormalizer {
  if (typeof channel === 'string' && Object.hasOwn(normalizers, channel)) return normalizers[channel]
  if (typeof channel === 'object' && typeof channel?.normalize === 'function') return channel
  throw refusal(['channel'], `must be ${Object.keys(normalizers).join(', ')}, or a ChannelNormalizer`)
}
