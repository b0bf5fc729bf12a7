/** A string of JSON, or a number. A string is matched as a whole, so that no digits in it are taken for a number. */
const stringOrNumber = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g

/**
 * Parses JSON. An integer that a number cannot hold exactly becomes a string with its digits. `JSON.parse` alone makes
 * another person's id of it: of 24848213377712345 it makes …344. Throws what `JSON.parse` throws.
 */
export function parseExactly(text: string): unknown {
  // The text has to be JSON as it stands. With its numbers quoted, an invalid text could be valid.
  const parsed: unknown = JSON.parse(text)
  // An unsafe integer has at least 16 digits, and no quote before it. A large body has many ids that are text already.
  if (!/(?:^|[[,:\s])-?\d{16}/.test(text)) return parsed
  const exact = text.replace(stringOrNumber, (token) => (isUnsafeInteger(token) ? `"${token}"` : token))
  return exact === text ? parsed : JSON.parse(exact)
}

function isUnsafeInteger(token: string): boolean {
  return /^-?\d+$/.test(token) && !Number.isSafeInteger(Number(token))
}
