import type { ChannelNormalizer, NormalizeOptions } from '../normalized-webhook.js'
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
  const asked = new Map<string | null, Promise<S | null>>()
  const secretOf = (inbox: string | null): Promise<S | null> => {
    const known = asked.get(inbox) ?? Promise.resolve(secrets(request, inbox)).then((secret) => secret ?? null)
    asked.set(inbox, known)
    return known
  }
  for (const candidates of inboxesIn(body, channel, { ...(oaId !== null && { oaId }), allowUnsigned })) {
    const found = await Promise.all(candidates.map(secretOf))
    const theirs = found.filter((secret) => secret !== null)
    for (const secret of theirs.length > 0 ? theirs : [null]) {
      const verdict = orAllowed(await channel.protocol.verify(signed, secret), allowUnsigned)
      if (!verdict.valid) return verdict
    }
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

/**
 * The inboxes that a body names, for each of its items and for each progress of a history. Where the channel doesn't
 * say which of two ids is the inbox, the one for which the host has a secret is, and both are if it has one for each.
 * Nothing of the body is believed yet.
 */
function inboxesIn(body: unknown, channel: ChannelNormalizer, options: NormalizeOptions): readonly (readonly (string | null)[])[] {
  const oaId = options.oaId ?? null
  const parsed = body === undefined ? { unparsable: true } : parseBody(body, channel.parseText)
  if ('unparsable' in parsed) return [[oaId]]
  const { items, historyProgress = [] } = channel.normalize(parsed.body, options)
  const named = [
    ...items.map((item) => [item.oaId, ...(item.otherwise === undefined ? [] : [item.otherwise.oaId])]),
    ...historyProgress.map((progress) => [progress.oaId]),
  ]
  if (named.length === 0) return [[oaId]]
  return [...new Map(named.map((each) => [JSON.stringify(each), each])).values()]
}
