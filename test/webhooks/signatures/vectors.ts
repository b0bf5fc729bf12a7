import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import {
  dialog360Signature,
  evolutionSignature,
  metaSignature,
  type SignatureVerdict,
  type SignedRequest,
  telegramSignature,
  twilioSignature,
  zaloSignature,
} from '../../../src/webhooks/index.js'

/** A request, the secrets that its host holds, and whether it is genuine. */
export interface Vector {
  readonly name: string
  readonly secret: string
  readonly headers: Readonly<Record<string, string>>
  readonly rawBody: string
  readonly valid: boolean
  readonly appId?: string
  readonly url?: string
  readonly authToken?: string
  readonly now?: string
}

const folder = fileURLToPath(new URL('../fixtures/signatures/', import.meta.url))

/** The vectors of each scheme, by the scheme's name. */
export const vectors: readonly (readonly [scheme: string, vector: Vector])[] = readdirSync(folder)
  .map((file) => file.replace(/\.json$/, ''))
  .flatMap((scheme) => {
    const read: Vector[] = JSON.parse(readFileSync(`${folder}${scheme}.json`, 'utf8'))
    return read.map((vector) => [scheme, vector] as const)
  })

export function requestOf({ headers, rawBody, url }: Vector): SignedRequest {
  return { headers, body: rawBody, ...(url !== undefined && { url }) }
}

/** Checks a request with the scheme's function and the secrets of a vector. */
export function check(scheme: string, request: SignedRequest, vector: Omit<Vector, 'rawBody' | 'headers' | 'valid' | 'name'>) {
  const { secret, appId, authToken, now } = vector
  const checks: Readonly<Record<string, () => Promise<SignatureVerdict>>> = {
    meta: () => metaSignature(request, secret),
    dialog360: () => dialog360Signature(request, secret),
    telegram: () => telegramSignature(request, secret),
    zalo: () => zaloSignature(request, { oaSecretKey: secret, ...(appId !== undefined && { appId }) }),
    evolution_jwt: () => evolutionSignature(request, { jwtKey: secret, now: () => new Date(now ?? Number.NaN) }),
    twilio_form: () => twilioSignature(request, { authToken: secret }),
    twilio_json: () => twilioSignature(request, { authToken: secret }),
    twilio_hmac_sha256: () => twilioSignature(request, { sharedKey: secret, ...(authToken !== undefined && { authToken }) }),
  }
  const verdict = checks[scheme]
  if (verdict === undefined) throw new Error(`there is no check for the vectors of ${scheme}`)
  return verdict()
}
