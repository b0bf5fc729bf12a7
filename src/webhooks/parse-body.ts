import { types } from 'node:util'
import { refusal } from '../model/validation/refusal.js'
import { parseExactly } from './reading/parse-exactly.js'

/** The parsed JSON of a body, or why what the channel sent is not JSON. */
type ParsedBody = { readonly body: unknown } | { readonly unparsable: 'not UTF-8' | 'not JSON' }

/**
 * Parses the raw body of a webhook, as `ingestWebhook` does: text or bytes, with or without a BOM. An integer that a
 * number cannot hold exactly becomes a string with its digits, because in a webhook it is an id. A parsed body is
 * returned as it is. Throws VALIDATION_FAILED for what is not JSON, and for what no channel can have sent.
 */
export function parseWebhookBody(rawBody: unknown): unknown {
  const parsed = parseBody(rawBody)
  if ('unparsable' in parsed) throw refusal(['body'], `is ${parsed.unparsable}`)
  return parsed.body
}

/**
 * Parses text and bytes, with or without a BOM. An object or a list counts as parsed already. A body that can only be
 * the host's mistake throws VALIDATION_FAILED. As an invalid body it would be answered with 200, and the channel would
 * never send the message again. `parse` is that of a channel whose bodies are not JSON.
 */
export function parseBody(body: unknown, parse: (text: string) => unknown = parseExactly): ParsedBody {
  if (typeof body === 'string') return parseText(body, parse)
  const bytes = bytesOf(body)
  if (bytes !== null) return parseBytes(bytes, parse)
  const mistake = mistakeIn(body)
  if (mistake !== null) throw refusal(['body'], `must be text, bytes or parsed JSON, not ${mistake}`)
  return { body }
}

function parseText(text: string, parse: (text: string) => unknown): ParsedBody {
  try {
    return { body: parse(text.startsWith('\uFEFF') ? text.slice(1) : text) }
  } catch {
    return { unparsable: 'not JSON' }
  }
}

function parseBytes(bytes: Uint8Array, parse: (text: string) => unknown): ParsedBody {
  let text: string
  try {
    // The decoder removes a BOM. Without `fatal` it would put U+FFFD where the channel wrote something else.
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return { unparsable: 'not UTF-8' }
  }
  return parseText(text, parse)
}

/**
 * Returns the bytes of a body. These checks also work for bytes of another realm (a VM's or a test runner's), where
 * `instanceof` fails.
 */
function bytesOf(body: unknown): Uint8Array | null {
  try {
    if (ArrayBuffer.isView(body)) return new Uint8Array(body.buffer, body.byteOffset, body.byteLength)
    return types.isAnyArrayBuffer(body) ? new Uint8Array(body) : null
  } catch {
    throw refusal(['body'], 'must be bytes that are still there: their buffer was transferred')
  }
}

/** What the body is when it cannot be parsed JSON; null when it can be. */
function mistakeIn(body: unknown): string | null {
  if (body === null || typeof body !== 'object') return body === null ? 'null' : typeof body
  try {
    if (Array.isArray(body)) return body.some(ArrayBuffer.isView) ? 'a list of chunks' : null
    // A Blob, a Request, a Promise and a Map each have their own name here. An instance of a host's own class is an
    // Object.
    const name = Object.prototype.toString.call(body).slice('[object '.length, -1)
    if (name !== 'Object') return name
    if (Symbol.asyncIterator in body) return 'a stream'
    if (['text', 'json', 'then'].some((method) => typeof Reflect.get(body, method) === 'function')) return 'a request or a promise'
    return isBufferAsJson(body) ? 'a Buffer that went through JSON' : null
  } catch {
    return 'an object that cannot be read'
  }
}

/** A queue that stores its jobs as JSON returns a Buffer in this form. */
function isBufferAsJson(body: object): boolean {
  return 'type' in body && body.type === 'Buffer' && 'data' in body && Array.isArray(body.data)
}
