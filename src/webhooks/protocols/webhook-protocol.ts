import type { ChannelNormalizer } from '../normalized-webhook.js'
import type { SignatureVerdict, SignedRequest } from '../signatures/signed-request.js'

/** How a sender of webhooks signs them, and what it wants to be answered. `S` is what the host's secrets look like. */
export interface WebhookProtocol<S> {
  /** Checks a signature, e.g. `metaSignature`. It never throws: what cannot be checked is refused. */
  verify(request: SignedRequest, secrets: S | null | undefined): Promise<SignatureVerdict>
  /**
   * What is answered with 200 once a body was taken. Null: nothing. A text would be sent to the customer by Twilio.
   */
  readonly answer: WebhookAnswer | null
  /** The media types in which bodies come. Any other is answered with 415. */
  readonly contentTypes: readonly string[]
  /** True when the sender checks the address first, by a GET with `hub.verify_token` and `hub.challenge`. */
  readonly challenge: boolean
}

export interface WebhookAnswer {
  readonly contentType: string
  readonly body: string
}

/** A channel that `createWebhookHandler` takes: a normalizer that says how its webhooks are signed and answered. */
export interface HandledChannel<S> extends ChannelNormalizer {
  readonly protocol: WebhookProtocol<S>
}
