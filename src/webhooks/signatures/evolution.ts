import { field } from '../reading/fields.js'
import { fromBase64Url, isHmac, utf8 } from './digests.js'
import { type HeaderSecret, knownHeader } from './header.js'
import { headerOf, listOf } from './request-parts.js'
import type { Secrets, SignatureVerdict, SignedRequest } from './signed-request.js'
import { holdsUnderAny, noSecret, refused, valid, withoutErrors } from './verdicts.js'

/** What the webhook's configuration in Evolution holds: `headers.jwt_key`, or a header of the host's own choice. */
export interface EvolutionSecrets {
  readonly jwtKey: Secrets
  /** The clock that the token's end is compared with. Default: the system's. */
  readonly now?: () => Date
}

/**
 * Checks the token that Evolution sends when the webhook's configuration has a `jwt_key` among its headers:
 * `Authorization: Bearer` and an HS256 token that lives ten minutes. A host may also have Evolution send a header of
 * its own choice, and passes it here as `{ header, value }`. Neither covers a byte of the body.
 */
export function evolutionSignature(
  request: SignedRequest,
  secrets: Secrets | EvolutionSecrets | HeaderSecret | null | undefined,
): Promise<SignatureVerdict> {
  return withoutErrors(() => {
    if (typeof secrets !== 'object' || secrets === null || isList(secrets)) return signedToken(request, listOf(secrets), new Date())
    if ('header' in secrets) return knownHeader(request, secrets)
    return signedToken(request, listOf(secrets.jwtKey), secrets.now?.() ?? new Date())
  })
}

function isList<L extends readonly unknown[]>(secrets: L | EvolutionSecrets | HeaderSecret): secrets is L {
  return Array.isArray(secrets)
}

async function signedToken(request: SignedRequest, keys: readonly string[], now: Date): Promise<SignatureVerdict> {
  if (keys.length === 0) return noSecret
  const given = headerOf(request, 'Authorization')
  if ('valid' in given) return given
  const [, head = '', claims = '', mac = ''] = /^Bearer +([\w-]+)\.([\w-]+)\.([\w-]+)$/i.exec(given.value) ?? []
  const signature = fromBase64Url(mac)
  if (signature === null || signature.length === 0) return refused('malformed', 'the header Authorization holds no signed token')
  // The algorithm is the host's to say. A token that names its own ("none") would be its own judge.
  const said = jsonOf(head)
  if (field(said, 'alg') !== 'HS256') return refused('malformed', 'the token is not signed with HS256')
  if (field(said, 'crit') !== undefined) return refused('malformed', 'the token asks for an extension that is not known')
  const signed = utf8(`${head}.${claims}`)
  if (!(await holdsUnderAny(keys, (key) => isHmac('SHA-256', key, signature, signed)))) {
    return refused('mismatch', 'the token was signed with another key')
  }
  return allowedBy(jsonOf(claims), now.getTime() / 1000)
}

/** What a token that was signed with the right key has to say. */
function allowedBy(claims: unknown, nowSeconds: number): SignatureVerdict {
  const [expires, begins] = [field(claims, 'exp'), field(claims, 'nbf')]
  if (typeof expires !== 'number') return refused('malformed', 'the token has no end')
  if (!(Math.floor(nowSeconds) < expires)) return refused('mismatch', 'the token has expired')
  if (begins !== undefined && !(typeof begins === 'number' && begins <= Math.floor(nowSeconds))) {
    return refused('mismatch', 'the token is not valid yet')
  }
  const isWebhook = field(claims, 'app') === 'evolution' && field(claims, 'action') === 'webhook'
  return isWebhook ? valid : refused('mismatch', "the token is not one of Evolution's webhooks")
}

function jsonOf(part: string): unknown {
  const bytes = fromBase64Url(part)
  try {
    return bytes === null ? null : JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return null
  }
}
