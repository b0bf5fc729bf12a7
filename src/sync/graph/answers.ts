import { field } from '../../webhooks/reading/fields.js'
import { isFull, type Usage } from './usage.js'

/**
 * What an answer of the API is. A reason has statuses and codes, because the API's own texts quote tokens and names.
 */
export type Answer =
  | { readonly kind: 'body'; readonly body: unknown }
  | { readonly kind: 'unauthorized'; readonly reason: string }
  | { readonly kind: 'throttled'; readonly reason: string; readonly regainMs: number | null }
  /** It may be better the next time. `tooMuch`: less has to be asked for at a time. */
  | { readonly kind: 'transient'; readonly reason: string; readonly tooMuch: boolean }
  /**
   * A field that it does not know, or something that is deleted or not to be read. The code does not tell these apart.
   */
  | { readonly kind: 'not given'; readonly reason: string }
  | { readonly kind: 'refused'; readonly reason: string }

/** How the reason begins for an answer that is not what the API promises. */
export const validationFailed = 'Response validation failed: '

/** Too many calls: of the app, of the user, of the page, of the account, and by business use case. */
const throttles = [4, 17, 32, 613]
const isThrottle = (code: number) => throttles.includes(code) || (code >= 80_000 && code <= 80_014)

/** The session has ended, or the token is none. */
const tokens = [102, 190]
/** The app or the person lacks a right. */
const isPermission = (code: number) => code === 10 || (code >= 200 && code <= 299)

/** A version that has ended (12 and 2635), and one that there is not, which the API takes for an unknown path. */
const endedVersions = [12, 2500, 2635]

/** An answer with a status and a body that was parsed, or null if it was no JSON. */
export function answerOf(status: number, parsed: { readonly body: unknown } | null, usage: Usage, version: string): Answer {
  const error = parsed === null ? undefined : field(parsed.body, 'error')
  const code = codeOf(field(error, 'code'))
  const reason = reasonOf(status, code, codeOf(field(error, 'error_subcode')))
  if (code !== null && tokens.includes(code)) return { kind: 'unauthorized', reason }
  if (status === 429 || (code !== null && isThrottle(code)) || (status === 400 && isFull(usage))) {
    return { kind: 'throttled', reason, regainMs: usage.regainMs }
  }
  if (status === 401 || (code !== null && isPermission(code))) return { kind: 'unauthorized', reason }
  if (code !== null && endedVersions.includes(code)) {
    return { kind: 'refused', reason: `${reason}: the API version ${version} has ended, or is none; give a newer apiVersion` }
  }
  if (code === 100) return { kind: 'not given', reason }
  if (status >= 500 || status === 408 || code === 1 || code === 2 || field(error, 'is_transient') === true) {
    return { kind: 'transient', reason, tooMuch: code === 1 }
  }
  if (status === 403) return { kind: 'unauthorized', reason }
  if (error !== undefined || status >= 300) return { kind: 'refused', reason }
  if (parsed === null) return { kind: 'transient', reason: `${validationFailed}it is no JSON`, tooMuch: false }
  return { kind: 'body', body: parsed.body }
}

function codeOf(value: unknown): number | null {
  const code = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value
  return typeof code === 'number' && Number.isSafeInteger(code) ? code : null
}

function reasonOf(status: number, code: number | null, subcode: number | null): string {
  return `HTTP ${status}${code === null ? '' : `, error ${code}`}${subcode === null ? '' : ` (${subcode})`}`
}
