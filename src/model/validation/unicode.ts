// With the u flag a surrogate that is half of a pair is no match, so these are the lone ones.
const loneSurrogate = /\p{Surrogate}/u
const loneSurrogates = /\p{Surrogate}/gu

export function isWellFormed(text: string): boolean {
  return !loneSurrogate.test(text)
}

/** What every database can hold of a text: PostgreSQL has no U+0000, UTF-8 has no lone surrogates. */
export function cleanText(text: string): string {
  const wellFormed = isWellFormed(text) ? text : text.replace(loneSurrogates, '\ufffd')
  return wellFormed.includes('\0') ? wellFormed.replaceAll('\0', '') : wellFormed
}

/** UTF-8 bytes, counted only when the characters alone do not settle it. */
export function exceedsBytes(text: string, limit: number): boolean {
  return text.length * 3 > limit && Buffer.byteLength(text) > limit
}

const plainAscii = /^[ !#-[\]-~]*$/

/** UTF-8 bytes of a string in JSON. */
export function jsonStringBytes(text: string): number {
  return plainAscii.test(text) ? text.length + 2 : Buffer.byteLength(JSON.stringify(text))
}
