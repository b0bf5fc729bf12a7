import { signedBody } from './signed-body.js'
import type { Secrets, SignatureVerdict, SignedRequest } from './signed-request.js'
import { withoutErrors } from './verdicts.js'

/**
 * Checks what Meta signs: the webhooks of Messenger, of Instagram and of WhatsApp's Cloud API. The header
 * `X-Hub-Signature-256` is `sha256=` and the hex of the HMAC-SHA256 of the raw body, keyed with the app's secret. With
 * Instagram Login it is the secret of the Instagram app.
 */
export function metaSignature(request: SignedRequest, appSecrets: Secrets | null | undefined): Promise<SignatureVerdict> {
  return withoutErrors(() => signedBody(request, appSecrets, 'X-Hub-Signature-256', /^sha256=(.*)$/))
}
