import type { NormalizedWebhook } from '../normalized-webhook.js'
import { type ReadWebhook, readWebhook } from '../read-webhook.js'
import type { SignatureVerdict, SignedRequest } from '../signatures/signed-request.js'
import { valid } from '../signatures/verdicts.js'
import { calledUrl } from './called-url.js'
import type { SecretsByInbox, WebhookHandlerOptions } from './options.js'

export interface VerifiedRequest {
  readonly verdict: SignatureVerdict
  /** The body, where it was read to learn whose secret is to be asked for. Null where it was not. */
  readonly read: ReadWebhook | null
}

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
): Promise<VerifiedRequest> {
  const { channel, secrets, allowUnsigned = false } = options
  const signed: SignedRequest = { headers: request.headers, body, url: calledUrl(request, options.publicUrl) }
  if (isForAll(secrets)) return { verdict: orAllowed(await channel.protocol.verify(signed, secrets), allowUnsigned), read: null }
  const asked = new Map<string | null, Promise<S | null>>()
  const secretOf = (inbox: string | null): Promise<S | null> => {
    const known = asked.get(inbox) ?? Promise.resolve(secrets(request, inbox)).then((secret) => secret ?? null)
    asked.set(inbox, known)
    return known
  }
  const read = body === undefined ? null : readWebhook(channel, body, { ...(oaId !== null && { oaId }), allowUnsigned })
  for (const candidates of read === null ? [[oaId]] : inboxesIn(read.normalized, oaId)) {
    const found = await Promise.all(candidates.map(secretOf))
    const theirs = found.filter((secret) => secret !== null)
    for (const secret of theirs.length > 0 ? theirs : [null]) {
      const verdict = orAllowed(await channel.protocol.verify(signed, secret), allowUnsigned)
      if (!verdict.valid) return { verdict, read }
    }
  }
  return { verdict: valid, read }
}

function isForAll<S>(secrets: S | SecretsByInbox<S> | undefined): secrets is S | undefined {
  return typeof secrets !== 'function'
}

/** A signature that is there and wrong stays wrong where unsigned requests are allowed. */
function orAllowed(verdict: SignatureVerdict, allowUnsigned: boolean): SignatureVerdict {
  return allowUnsigned && !verdict.valid && (verdict.cause === 'unsigned' || verdict.cause === 'no_secret') ? valid : verdict
}

/**
 * The inboxes that a body names, for each of its items and for each progress of a history. Where the channel doesn't
 * say which of two ids is the inbox, the one for which the host has a secret is, and both are if it has one for each.
 * Nothing of the body is believed yet.
 */
function inboxesIn({ items, historyProgress = [] }: NormalizedWebhook, oaId: string | null): readonly (readonly (string | null)[])[] {
  const named = [
    ...items.map((item) => [item.oaId, ...(item.otherwise === undefined ? [] : [item.otherwise.oaId])]),
    ...historyProgress.map((progress) => [progress.oaId]),
  ]
  if (named.length === 0) return [[oaId]]
  return [...new Map(named.map((each) => [JSON.stringify(each), each])).values()]
}
