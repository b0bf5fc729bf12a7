import { limits } from '../limits.js'

// With the u flag the halves of a surrogate pair do not match, so these match only lone surrogates.
const loneSurrogate = /\p{Surrogate}/u
const loneSurrogates = /\p{Surrogate}/gu

export function isWellFormed(text: string): boolean {
  return !loneSurrogate.test(text)
}

/** Removes from a text what some database cannot hold: PostgreSQL has no U+0000, and UTF-8 has no lone surrogates. */
export function cleanText(text: string): string {
  const wellFormed = isWellFormed(text) ? text : text.replace(loneSurrogates, '\ufffd')
  return wellFormed.includes('\0') ? wellFormed.replaceAll('\0', '') : wellFormed
}

/**
 * Whether a text has more UTF-8 bytes than the limit. The bytes are counted only when the length in characters leaves
 * that open.
 */
export function exceedsBytes(text: string, limit: number): boolean {
  return text.length * 3 > limit && Buffer.byteLength(text) > limit
}

/** The beginning of a well-formed text, in whole characters, so that it has at most so many UTF-8 bytes. */
export function cutToBytes(text: string, limit: number): string {
  if (!exceedsBytes(text, limit)) return text
  const ellipsis = '…'
  const bytes = Buffer.from(text)
  let end = limit - Buffer.byteLength(ellipsis)
  // Bytes of this kind go on with the character of the byte before.
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1
  return bytes.toString('utf8', 0, end) + ellipsis
}

const plainAscii = /^[ !#-[\]-~]*$/

/** The UTF-8 bytes of a string in JSON. */
export function jsonStringBytes(text: string): number {
  return plainAscii.test(text) ? text.length + 2 : Buffer.byteLength(JSON.stringify(text))
}

/** What is kept of the message of an error. */
export function keptMessage(message: string): string {
  return cutToBytes(cleanText(message), limits.nameBytes)
}
