import type { ChannelNormalizer } from '../normalized-webhook.js'
import { parseBody } from '../parse-body.js'
import type { SignatureVerdict, SignedRequest } from '../signatures/signed-request.js'
import { valid } from '../signatures/verdicts.js'
import { calledUrl } from './called-url.js'
import type { SecretsByInbox, WebhookHandlerOptions } from './options.js'

/**
 * Checks the signature of a request over the raw bytes. Where each inbox has a secret of its own, the signature has to
 * be valid under the secret of every inbox that the body names. Otherwise the owner of one inbox, who knows its secret,
 * could write into another's.
 */
export async function verifyRequest<S>(
  request: Request,
  body: unknown,
  oaId: string | null,
  options: WebhookHandlerOptions<S>,
): Promise<SignatureVerdict> {
  const { channel, secrets, allowUnsigned = false } = options
  const signed: SignedRequest = { headers: request.headers, body, url: calledUrl(request, options.publicUrl) }
  if (isForAll(secrets)) return orAllowed(await channel.protocol.verify(signed, secrets), allowUnsigned)
  for (const inbox of inboxesIn(body, oaId, channel)) {
    const verdict = orAllowed(await channel.protocol.verify(signed, await secrets(request, inbox)), allowUnsigned)
    if (!verdict.valid) return verdict
  }
  return valid
}

function isForAll<S>(secrets: S | SecretsByInbox<S> | undefined): secrets is S | undefined {
  return typeof secrets !== 'function'
}

/** A signature that is there and wrong stays wrong where unsigned requests are allowed. */
function orAllowed(verdict: SignatureVerdict, allowUnsigned: boolean): SignatureVerdict {
  return allowUnsigned && !verdict.valid && (verdict.cause === 'unsigned' || verdict.cause === 'no_secret') ? valid : verdict
}

/** The inboxes that a body names. Nothing of it is believed yet. */
function inboxesIn(body: unknown, oaId: string | null, channel: ChannelNormalizer): ReadonlySet<string | null> {
  const parsed = body === undefined ? { unparsable: true } : parseBody(body)
  const named = 'unparsable' in parsed ? [] : channel.normalize(parsed.body).items.map((item) => item.oaId)
  return new Set(named.length === 0 ? [oaId] : named)
}
