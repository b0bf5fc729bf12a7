import { field } from '../reading/fields.js'
import { parseExactly } from '../reading/parse-exactly.js'
import { type Bytes, isSameText, sha256Hex, utf8 } from './digests.js'
import { headerOf, listOf, rawBytes } from './request-parts.js'
import { mismatchOver } from './rewritten-body.js'
import type { Secrets, SignatureVerdict, SignedRequest } from './signed-request.js'
import { holdsUnderAny, noSecret, refused, valid, withoutErrors } from './verdicts.js'

/** What a Zalo Official Account is known by to the host. */
export interface ZaloSecrets {
  /** The OA's secret key, which is not the app's. */
  readonly oaSecretKey: Secrets
  /** The app's id. When it is left out, it is read from the body. */
  readonly appId?: string
}

/**
 * Checks what Zalo signs: the header `X-ZEvent-Signature` is `mac=` and the hex of a plain SHA-256 (and no HMAC) of the
 * app's id, the raw body, the body's `timestamp` and the OA's secret key, one after the other.
 */
export function zaloSignature(request: SignedRequest, secrets: Secrets | ZaloSecrets | null | undefined): Promise<SignatureVerdict> {
  return withoutErrors(() => zaloMac(request, secrets))
}

async function zaloMac(request: SignedRequest, secrets: Secrets | ZaloSecrets | null | undefined): Promise<SignatureVerdict> {
  const { oaSecretKey, appId } = isZaloSecrets(secrets) ? secrets : { oaSecretKey: secrets, appId: undefined }
  const keys = listOf(oaSecretKey)
  if (keys.length === 0) return noSecret
  const given = headerOf(request, 'X-ZEvent-Signature')
  if ('valid' in given) return given
  const [, mac] = /^mac=([0-9a-f]{64})$/.exec(given.value) ?? []
  if (mac === undefined) return refused('malformed', 'the header X-ZEvent-Signature has another form')
  const body = rawBytes(request)
  if ('valid' in body) return body
  const { bytes } = body
  const said = fieldsOf(bytes)
  const app = appId ?? said?.appId ?? null
  if (app === null || said === null || said.timestamp === null) {
    return refused('malformed', 'the body has no app_id or no timestamp')
  }
  const [start, end] = [utf8(app), utf8(said.timestamp)]
  const holds = await holdsUnderAny(keys, async (key) => isSameText(mac, await sha256Hex(joined([start, bytes, end, utf8(key)]))))
  return holds ? valid : mismatchOver(bytes)
}

function isZaloSecrets(secrets: Secrets | ZaloSecrets | null | undefined): secrets is ZaloSecrets {
  return typeof secrets === 'object' && secrets !== null && 'oaSecretKey' in secrets
}

function fieldsOf(body: Bytes): { readonly appId: string | null; readonly timestamp: string | null } | null {
  try {
    const parsed = parseExactly(new TextDecoder().decode(body))
    return { appId: digits(field(parsed, 'app_id')), timestamp: digits(field(parsed, 'timestamp')) }
  } catch {
    return null
  }
}

/**
 * Reads a number as it was written. Nothing but digits is taken, so that no part of what is hashed can be read as the
 * end of one part or as the beginning of the next.
 */
function digits(value: unknown): string | null {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0 ? String(value) : null
  return typeof value === 'string' && /^\d+$/.test(value) ? value : null
}

function joined(parts: readonly Bytes[]): Bytes {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
