import { types } from 'node:util'
import { refusal } from '../model/validation/refusal.js'

/** The parsed JSON of a body, or why what the channel sent is none. */
type ParsedBody = { readonly body: unknown } | { readonly unparsable: 'not UTF-8' | 'not JSON' }

/**
 * Text and bytes are parsed, with or without a BOM; an object or a list counts as parsed already. What can only be the
 * host's mistake is VALIDATION_FAILED: as an invalid body it would be answered with 200, and the channel would never
 * send the message again.
 */
export function parseBody(body: unknown): ParsedBody {
  if (typeof body === 'string') return parseText(body)
  const bytes = bytesOf(body)
  if (bytes !== null) return parseBytes(bytes)
  const mistake = mistakeIn(body)
  if (mistake !== null) throw refusal(['body'], `must be text, bytes or parsed JSON, not ${mistake}`)
  return { body }
}

function parseText(text: string): ParsedBody {
  try {
    return { body: JSON.parse(text.startsWith('\uFEFF') ? text.slice(1) : text) }
  } catch {
    return { unparsable: 'not JSON' }
  }
}

function parseBytes(bytes: Uint8Array): ParsedBody {
  let text: string
  try {
    // The decoder takes a BOM away. Without `fatal` it would put U+FFFD where the channel wrote something else.
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return { unparsable: 'not UTF-8' }
  }
  return parseText(text)
}

/** These checks hold for bytes of another realm too (a VM's, a test runner's), where `instanceof` does not. */
function bytesOf(body: unknown): Uint8Array | null {
  try {
    if (ArrayBuffer.isView(body)) return new Uint8Array(body.buffer, body.byteOffset, body.byteLength)
    return types.isAnyArrayBuffer(body) ? new Uint8Array(body) : null
  } catch {
    throw refusal(['body'], 'must be bytes that are still there: their buffer was transferred')
  }
}

/** The name of what is no parsed JSON; null for what may be. */
function mistakeIn(body: unknown): string | null {
  if (body === null || typeof body !== 'object') return body === null ? 'null' : typeof body
  try {
    if (Array.isArray(body)) return body.some(ArrayBuffer.isView) ? 'a list of chunks' : null
    // A Blob, a Request, a Promise and a Map each bear their name; an instance of a host's own class is an Object.
    const name = Object.prototype.toString.call(body).slice('[object '.length, -1)
    if (name !== 'Object') return name
    if (Symbol.asyncIterator in body) return 'a stream'
    if (['text', 'json', 'then'].some((method) => typeof Reflect.get(body, method) === 'function')) return 'a request or a promise'
    return isBufferAsJson(body) ? 'a Buffer that went through JSON' : null
  } catch {
    return 'an object that cannot be read'
  }
}

/** A queue that keeps its jobs as JSON gives a Buffer back as this. */
function isBufferAsJson(body: object): boolean {
  return 'type' in body && body.type === 'Buffer' && 'data' in body && Array.isArray(body.data)
}
