import { type Bytes, fromBase64, type Hash, isHmac, isSameText, sha256Hex, utf8 } from './digests.js'
import { headerOf, listOf, rawBytes } from './request-parts.js'
import { mismatchOver } from './rewritten-body.js'
import type { RefusedSignature, Secrets, SignatureVerdict, SignedRequest } from './signed-request.js'
import { signedUrls } from './twilio-urls.js'
import { holdsUnderAny, noSecret, refused, valid, withoutErrors } from './verdicts.js'

/** What Twilio may have signed with. A request says itself which of the two it was. */
export interface TwilioSecrets {
  /** The account's auth token: the primary, and the secondary while they are exchanged. */
  readonly authToken?: Secrets
  /** The secret of the SharedKey that a Webhooks Rule names. */
  readonly sharedKey?: Secrets
}

/**
 * Checks what Twilio signs: `X-Twilio-Signature` is the base64 of the HMAC-SHA1, keyed with the auth token, of the
 * public URL with its query, and of each parameter's name and value, sorted by name. A JSON body is covered by the
 * parameter `bodySHA256` of the URL alone. Under a Webhooks Rule the header `X-Twilio-Webhooks-Signature-Settings`
 * names a SharedKey and the algorithm, HMAC-SHA256. A single secret in place of `TwilioSecrets` stands for both.
 *
 * `request.url` is the URL that Twilio called, letter by letter. A server behind a proxy sees another one. Whether the
 * standard port stands in it makes no difference, because Twilio is not consistent there.
 */
export function twilioSignature(request: SignedRequest, secrets: Secrets | TwilioSecrets | null | undefined): Promise<SignatureVerdict> {
  return withoutErrors(async () => {
    const way = wayOf(request, secrets)
    return 'valid' in way ? way : signedCall(request, way)
  })
}

interface Way {
  readonly hash: Hash
  readonly keys: readonly string[]
}

/** Which secret and which algorithm the request says that it was signed with. Another one is never tried. */
function wayOf(request: SignedRequest, secrets: Secrets | TwilioSecrets | null | undefined): Way | RefusedSignature {
  const { authToken, sharedKey } = isTwilioSecrets(secrets) ? secrets : { authToken: secrets, sharedKey: secrets }
  const settings = headerOf(request, 'X-Twilio-Webhooks-Signature-Settings')
  if ('valid' in settings) {
    if (settings.cause !== 'unsigned') return settings
    const keys = listOf(authToken)
    return keys.length === 0 ? noSecret : { hash: 'SHA-1', keys }
  }
  const keys = listOf(sharedKey)
  if (keys.length === 0) return refused('no_secret', 'the request is signed by a Webhooks Rule, and no SharedKey is configured')
  const hash = hashOf(algorithmIn(settings.value).toUpperCase())
  return hash === null ? refused('malformed', 'the algorithm of the signature is not known') : { hash, keys }
}

function hashOf(algorithm: string): Hash | null {
  if (algorithm === 'HMAC_SHA256') return 'SHA-256'
  return algorithm === 'HMAC_SHA1' ? 'SHA-1' : null
}

/** Reads `key=…,algorithm=…`. Without an algorithm it is Twilio's first one, as Twilio's own package has it. */
function algorithmIn(settings: string): string {
  for (const part of settings.split(',')) {
    const [, name, value] = /^([^=]*)=(.*)$/s.exec(part) ?? []
    if (name?.trim() === 'algorithm' && value !== undefined && value.trim() !== '') return value.trim()
  }
  return 'HMAC_SHA1'
}

async function signedCall(request: SignedRequest, { hash, keys }: Way): Promise<SignatureVerdict> {
  const given = headerOf(request, 'X-Twilio-Signature')
  if ('valid' in given) return given
  const signature = fromBase64(given.value)
  if (signature === null) return refused('malformed', 'the header X-Twilio-Signature is no base64')
  const body = rawBytes(request)
  if ('valid' in body) return body
  const { url } = request
  if (url === undefined || !URL.canParse(url)) return refused('unreadable', 'the URL that Twilio called is not known')
  const bodyHash = new URL(url).searchParams.get('bodySHA256')
  if (bodyHash !== null && !(await isSameText(await sha256Hex(body.bytes), bodyHash))) return mismatchOver(body.bytes)
  const parameters = bodyHash === null ? formText(body.bytes) : ''
  for (const candidate of signedUrls(url)) {
    const signed = utf8(`${candidate}${parameters}`)
    if (await holdsUnderAny(keys, (key) => isHmac(hash, key, signature, signed))) return valid
  }
  return refused('mismatch', 'the signature belongs to other parameters, to another secret or to another URL: see publicUrl')
}

/** The parameters as Twilio signs them: every name and value, sorted by name. A repeated pair counts once. */
function formText(body: Bytes): string {
  const values = new Map<string, Set<string>>()
  // URLSearchParams would leave out a question mark at the beginning.
  const text = `&${new TextDecoder('utf-8', { ignoreBOM: true }).decode(body)}`
  for (const [name, value] of new URLSearchParams(text)) values.set(name, (values.get(name) ?? new Set()).add(value))
  return [...values.keys()]
    .toSorted(byCharacters)
    .flatMap((name) => [...(values.get(name) ?? [])].toSorted(byCharacters).map((value) => name + value))
    .join('')
}

/** The order of the letters' numbers, upper case before lower case, whatever the machine's language is. */
function byCharacters(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function isTwilioSecrets(secrets: Secrets | TwilioSecrets | null | undefined): secrets is TwilioSecrets {
  return typeof secrets === 'object' && secrets !== null && !Array.isArray(secrets)
}
