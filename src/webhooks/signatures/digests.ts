/**
 * The arithmetic of signatures. It uses the crypto of the web's platform, which Node has as well, so that it runs
 * wherever a host takes webhooks, and Node's own where that is there and the body is small. Both compare in constant
 * time.
 */

/** Bytes that the platform's crypto takes: it refuses those of a SharedArrayBuffer. */
export type Bytes = Uint8Array<ArrayBuffer>

export type Hash = 'SHA-1' | 'SHA-256'

export function utf8(text: string): Bytes {
  return new TextEncoder().encode(text)
}

/** The bytes that are hashed faster than another thread can be woken for it. */
const bytesInPlace = 65_536

/** Whether `signature` is the HMAC of `data`. */
export async function isHmac(hash: Hash, secret: string, signature: Bytes, data: Bytes): Promise<boolean> {
  const node = data.length > bytesInPlace || secret === '' ? undefined : nodeCrypto()
  if (node !== undefined) {
    const expected = node.createHmac(hash.replace('-', ''), utf8(secret)).update(data).digest()
    return expected.length === signature.length && node.timingSafeEqual(expected, signature)
  }
  return crypto.subtle.verify('HMAC', await hmacKey(hash, utf8(secret)), signature, data)
}

/** The SHA-256 of some bytes, as lower-case hex. */
export async function sha256Hex(data: Bytes): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', data))
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/**
 * Whether two texts are the same. How long it takes depends neither on where they differ nor on how long the expected
 * one is, because what is compared are their HMACs under a key that nobody knows.
 */
export async function isSameText(given: string, expected: string): Promise<boolean> {
  const key = await hmacKey('SHA-256', crypto.getRandomValues(new Uint8Array(32)))
  return crypto.subtle.verify('HMAC', key, await crypto.subtle.sign('HMAC', key, utf8(expected)), utf8(given))
}

/** Node's own crypto, which hashes in place. Undefined on other platforms; the web's crypto does the same there. */
function nodeCrypto(): typeof import('node:crypto') | undefined {
  return globalThis.process?.getBuiltinModule?.('node:crypto')
}

async function hmacKey(hash: Hash, secret: Bytes) {
  return crypto.subtle.importKey('raw', secret, { name: 'HMAC', hash }, false, ['sign', 'verify'])
}

/** Reads hex as the channels write it: in lower case, and nothing else. Null for any other text. */
export function fromHex(text: string): Bytes | null {
  if (!/^(?:[0-9a-f]{2})+$/.test(text)) return null
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}

/** Reads base64. Null unless the text is the one way to write its bytes. */
export function fromBase64(text: string): Bytes | null {
  try {
    const binary = atob(text)
    return btoa(binary) === text ? Uint8Array.from(binary, (character) => character.charCodeAt(0)) : null
  } catch {
    return null
  }
}

/** Reads base64 in the spelling of URLs, without padding. Null unless the text is the one way to write its bytes. */
export function fromBase64Url(text: string): Bytes | null {
  if (!/^[\w-]*$/.test(text)) return null
  const base64 = text.replaceAll('-', '+').replaceAll('_', '/')
  return fromBase64(base64.padEnd(Math.ceil(base64.length / 4) * 4, '='))
}
