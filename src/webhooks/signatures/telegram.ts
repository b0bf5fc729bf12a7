import { knownHeader } from './header.js'
import type { Secrets, SignatureVerdict, SignedRequest } from './signed-request.js'
import { withoutErrors } from './verdicts.js'

/**
 * Checks that a request bears the `secret_token` that the host gave to Telegram's `setWebhook`, in the header
 * `X-Telegram-Bot-Api-Secret-Token`. It covers no byte of the body.
 */
export function telegramSignature(request: SignedRequest, secretTokens: Secrets | null | undefined): Promise<SignatureVerdict> {
  return withoutErrors(() => knownHeader(request, { header: 'X-Telegram-Bot-Api-Secret-Token', value: secretTokens ?? '' }))
}
