import { contentOf, refusal } from './answers.js'
import { incomingBody } from './incoming-body.js'
import { rememberServerRequest } from './server-request.js'

/** The part of Node's `IncomingMessage` that is needed, with what Express and its parsers add to it. */
export interface NodeRequest {
  readonly method?: string | undefined
  readonly url?: string | undefined
  /** The URL before Express took off the path of a router. */
  readonly originalUrl?: string
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  /** `encrypted` is true of a TLS socket. */
  readonly socket: object
  /** Whether somebody has read from the stream. */
  readonly readableDidRead: boolean
  /** What a parser made of the body: its bytes, its text or its value. */
  readonly body?: unknown
  /** The bytes that some platforms and parsers keep beside it. */
  readonly rawBody?: unknown
  iterator(options: { readonly destroyOnReturn: boolean }): AsyncIterable<Uint8Array>
  resume(): unknown
}

/** The part of Node's `ServerResponse` that is needed. */
export interface NodeResponse {
  writeHead(status: number, headers: Readonly<Record<string, string>>): unknown
  end(content: Uint8Array): unknown
}

/**
 * Turns a fetch-style handler into one for `node:http`, Express and Fastify (with the raw request and reply). It reads
 * the raw bytes itself, so no body parser may read them before. Where one did, and kept the bytes (`express.raw()`, a
 * `rawBody`), those are taken; where it kept only what it made of them, no signature can be checked, and the refusal
 * says so. The promise never rejects while the handler's doesn't.
 */
export function toNodeHandler(
  handler: (request: Request) => Promise<Response>,
): (request: NodeRequest, response: NodeResponse) => Promise<void> {
  return async (incoming, outgoing) => {
    const request = requestOf(incoming)
    const answered = request === null ? refusal(400, 'the method or the address cannot be read') : await handler(request)
    const content = contentOf(answered)
    // Without its length Node would send the content in chunks.
    const length = content === null ? {} : { 'content-length': String(content.byteLength) }
    outgoing.writeHead(answered.status, { ...Object.fromEntries(answered.headers), ...length })
    outgoing.end(content ?? new Uint8Array(await answered.arrayBuffer()))
    // The rest of a body that was too large stands in the way of the connection's next request.
    incoming.resume()
  }
}

/** Returns null for what no `Request` can be: the method TRACE, or a Host header that is none. */
function requestOf(incoming: NodeRequest): Request | null {
  try {
    return madeRequest(incoming)
  } catch {
    return null
  }
}

function madeRequest(incoming: NodeRequest): Request {
  const { method = 'GET', headers, socket } = incoming
  const scheme = 'encrypted' in socket && socket.encrypted === true ? 'https' : 'http'
  const url = `${scheme}://${headers.host ?? 'localhost'}${incoming.originalUrl ?? incoming.url ?? '/'}`
  const readBefore = bodyReadBefore(incoming)
  const body = readBefore === null && method !== 'GET' && method !== 'HEAD' ? incomingBody(incoming) : null
  const request = new Request(url, {
    method,
    headers: headersOf(headers),
    ...(body !== null && { body: body.stream, duplex: 'half' }),
  })
  rememberServerRequest(request, {
    url,
    ...(readBefore !== null && { readBefore: readBefore.body }),
    ...(body !== null && { chunks: body.chunks }),
  })
  return request
}

/** What is left of a body that somebody has read already. */
function bodyReadBefore({ body, rawBody, readableDidRead }: NodeRequest): { readonly body: unknown } | null {
  if (ArrayBuffer.isView(rawBody) || typeof rawBody === 'string') return { body: rawBody }
  // Some parsers leave an empty object in `body` for a media type that is not theirs, and have not touched the stream.
  return readableDidRead ? { body } : null
}

function headersOf(given: NodeRequest['headers']): Headers {
  const headers = new Headers()
  for (const [name, value] of Object.entries(given)) {
    // The names with a colon are HTTP/2's own, and no headers.
    if (value === undefined || name.startsWith(':')) continue
    for (const each of typeof value === 'string' ? [value] : value) headers.append(name, each)
  }
  return headers
}
