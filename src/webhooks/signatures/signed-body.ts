import { fromHex, isHmac } from './digests.js'
import { headerOf, listOf, rawBytes } from './request-parts.js'
import { mismatchOver } from './rewritten-body.js'
import type { Secrets, SignatureVerdict, SignedRequest } from './signed-request.js'
import { holdsUnderAny, noSecret, refused, valid } from './verdicts.js'

/**
 * Checks a header that holds the HMAC-SHA256 of the raw body. `form` finds its lower-case hex in the header. Hex in
 * upper case is refused: no channel sends it, so what has it comes from somebody else.
 */
export async function signedBody(
  request: SignedRequest,
  secrets: Secrets | null | undefined,
  header: string,
  form: RegExp,
): Promise<SignatureVerdict> {
  const keys = listOf(secrets)
  if (keys.length === 0) return noSecret
  const given = headerOf(request, header)
  if ('valid' in given) return given
  const signature = fromHex(form.exec(given.value)?.[1] ?? '')
  if (signature === null) return refused('malformed', `the header ${header} has another form`)
  const body = rawBytes(request)
  if ('valid' in body) return body
  const { bytes } = body
  return (await holdsUnderAny(keys, (secret) => isHmac('SHA-256', secret, signature, bytes))) ? valid : mismatchOver(bytes)
}
