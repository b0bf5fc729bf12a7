import { type HeaderSecret, knownHeader } from './header.js'
import { signedBody } from './signed-body.js'
import type { Secrets, SignatureVerdict, SignedRequest } from './signed-request.js'
import { withoutErrors } from './verdicts.js'

/**
 * Checks what 360dialog signs for its partners: the header `x-360dialog-signature` is the hex of the HMAC-SHA256 of the
 * raw body, keyed with the partner platform's secret. 360dialog's page does not say how the header is written. Bare hex
 * was seen, and `sha256=` before it, so both are read.
 *
 * Without a partner's account nothing is signed. Then the host gives 360dialog a header of its own with the webhook's
 * address, and passes it here as `{ header, value }`.
 */
export function dialog360Signature(request: SignedRequest, secrets: Secrets | HeaderSecret | null | undefined): Promise<SignatureVerdict> {
  return withoutErrors(() =>
    isHeaderSecret(secrets) ? knownHeader(request, secrets) : signedBody(request, secrets, 'X-360dialog-Signature', /^(?:sha256=)?(.*)$/),
  )
}

function isHeaderSecret(secrets: Secrets | HeaderSecret | null | undefined): secrets is HeaderSecret {
  return typeof secrets === 'object' && secrets !== null && 'header' in secrets
}
