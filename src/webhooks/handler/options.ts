import type { IngestOptions } from '../ingest-webhook.js'
import type { JournalOptions } from '../journal/keep-body.js'
import type { HandledChannel } from '../protocols/webhook-protocol.js'
import type { Secrets } from '../signatures/signed-request.js'
import type { WebhookReport } from '../webhook-report.js'
import type { StoreOf, WebhookStore } from '../webhook-store.js'

/** Answers a request that a channel sends. It never rejects. */
export type WebhookHandler = (request: Request) => Promise<Response>

type Awaitable<T> = T | Promise<T>

/** The secrets of one inbox; null when the host has none for it. */
export type SecretsByInbox<S> = (request: Request, oaId: string | null) => Awaitable<S | null | undefined>

/** What `createWebhookHandler` needs to know. `S` is what the secrets of the channel's protocol look like. */
export interface WebhookHandlerOptions<S> extends Omit<IngestOptions, 'oaId' | 'receivedAt'> {
  /** The host's store, or a function that gives the store of an inbox, such as its tenant's. Null: nobody has it. */
  readonly store: WebhookStore | StoreOf
  /** An imported channel, e.g. `messenger`, or a normalizer of the host's own with one of the protocols. */
  readonly channel: HandledChannel<S>
  /**
   * What the sender signs with. A function may give each inbox a secret of its own: it is called with each `oaId` that
   * the body names before anything of the body is believed, and the signature has to be valid under the secret of each.
   * `oaId` is null when neither the body nor `inbox` names one. A request for which there is no secret is refused.
   */
  readonly secrets?: S | SecretsByInbox<S>
  /** The token that Meta sends along when it checks the address. Without it every such check is refused. */
  readonly verifyToken?: Secrets
  /** The inbox that the request is for, from its route, where the body names none (Telegram, 360dialog on-premise). */
  readonly inbox?: (request: Request) => Awaitable<string | null | undefined>
  /**
   * The address that the sender called, where a proxy changes it; only Twilio signs it. An origin alone, such as
   * `https://hooks.example.com`, keeps the path and the query of the request. With a path it replaces the path too.
   */
  readonly publicUrl?: string | ((request: Request) => string)
  /** How large a body may be, in bytes. A larger one is answered with 413. Default: 16 MiB. */
  readonly maxBodyBytes?: number
  /**
   * After how many milliseconds a body that is still being written is answered with 503. The work goes on. The channel
   * sends the body again, which changes nothing that was stored by then. Default: the answer waits for the work. With a
   * journal the answer is 200, because the body is kept, and the default is 1,000.
   */
  readonly budgetMs?: number
  /**
   * Keeps each body, without what is secret in it, before it is worked on. So the answer is given in the time that the
   * channel gives for it, and a body that failed, that was left over from a crash or that was misread can be read
   * again. `workJournal` does what is left to be done. What is no JSON object or list, and what is larger than 12 MiB,
   * is worked on at once and not kept. Default: no body is kept.
   */
  readonly journal?: JournalOptions
  /**
   * Takes requests that carry no signature, for a trial on one's own machine, and what a guide's `curl` posts. Default:
   * false. A wrong signature is refused all the same, unless there is no secret to check it with.
   */
  readonly allowUnsigned?: boolean
  /**
   * Called with what became of each body before the answer is given; with a journal, of each account's part of it, and
   * perhaps after the answer. What it throws is logged, and changes no answer.
   */
  readonly onReport?: (report: WebhookReport, request: Request) => Awaitable<void>
}
