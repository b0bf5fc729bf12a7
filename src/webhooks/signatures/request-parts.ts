import type { Bytes } from './digests.js'
import { utf8 } from './digests.js'
import type { RefusedSignature, RequestHeaders, Secrets, SignedRequest } from './signed-request.js'
import { refused } from './verdicts.js'

/** Returns the one value of a header, or why there is none. */
export function headerOf({ headers }: SignedRequest, name: string): { readonly value: string } | RefusedSignature {
  const values = valuesOf(headers, name)
  const [value] = values
  if (values.length > 1) return refused('malformed', `the header ${name} came more than once`)
  return typeof value === 'string' && value !== '' ? { value } : refused('unsigned', `the header ${name} is missing`)
}

function valuesOf(headers: RequestHeaders, name: string): readonly unknown[] {
  if (hasGetter(headers)) return [headers.get(name)]
  const lowerCase = name.toLowerCase()
  return Object.entries(headers)
    .filter(([key, value]) => key.toLowerCase() === lowerCase && value !== undefined)
    .flatMap(([, value]) => value)
}

/** A plain object may hold a header of the name `get`, but as text. */
function hasGetter(headers: RequestHeaders): headers is { get(name: string): string | null } {
  return typeof headers.get === 'function'
}

/**
 * Returns the bytes of a body, or why there are none. Another thread can change shared bytes during the check, so those
 * are copied. A large body is not copied without need.
 */
export function rawBytes({ body }: SignedRequest): { readonly bytes: Bytes } | RefusedSignature {
  if (typeof body === 'string') return { bytes: utf8(body) }
  // These two also know bytes of another realm (a VM's or a test runner's), where `instanceof` fails.
  if (ArrayBuffer.isView(body)) return { bytes: unshared(new Uint8Array(body.buffer, body.byteOffset, body.byteLength)) }
  if (isBuffer(body)) return { bytes: unshared(new Uint8Array(body)) }
  return typeof body === 'object' || body === undefined
    ? refused('unreadable', 'the body was read and parsed before its signature was checked: hand in its raw bytes')
    : refused('unreadable', 'the body is neither bytes nor text')
}

function unshared(bytes: Uint8Array): Bytes {
  return isOwn(bytes) ? bytes : new Uint8Array(bytes)
}

function isOwn(bytes: Uint8Array): bytes is Bytes {
  return Object.prototype.toString.call(bytes.buffer) === '[object ArrayBuffer]'
}

function isBuffer(body: unknown): body is ArrayBufferLike {
  return ['[object ArrayBuffer]', '[object SharedArrayBuffer]'].includes(Object.prototype.toString.call(body))
}

/** Lists the secrets that are there. */
export function listOf(secrets: Secrets | null | undefined): readonly string[] {
  const list: readonly unknown[] = Array.isArray(secrets) ? secrets : [secrets]
  return list.filter((secret): secret is string => typeof secret === 'string' && secret !== '')
}
