import { isSameText } from './digests.js'
import { headerOf, listOf } from './request-parts.js'
import type { Secrets, SignatureVerdict, SignedRequest } from './signed-request.js'
import { holdsUnderAny, noSecret, refused, valid, withoutErrors } from './verdicts.js'

/**
 * A header of the host's own choice that the sender was told to send with every webhook, e.g. `{ header:
 * 'X-Webhook-Key', value: '…' }`. It covers no byte of the body.
 */
export interface HeaderSecret {
  readonly header: string
  readonly value: Secrets
}

/** Checks that a request bears a header of the host's own choice. */
export function headerSignature(request: SignedRequest, secret: HeaderSecret | null | undefined): Promise<SignatureVerdict> {
  return withoutErrors(() => knownHeader(request, secret))
}

export async function knownHeader(request: SignedRequest, secret: HeaderSecret | null | undefined): Promise<SignatureVerdict> {
  const expected = listOf(secret?.value)
  if (typeof secret?.header !== 'string' || secret.header === '' || expected.length === 0) return noSecret
  const given = headerOf(request, secret.header)
  if ('valid' in given) return given
  const known = await holdsUnderAny(expected, (value) => isSameText(given.value, value))
  return known ? valid : refused('mismatch', `the header ${secret.header} holds another secret`)
}
