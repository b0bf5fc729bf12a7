/** What a server knew of a request before it became a `Request`, which cannot hold it. */
export interface ServerRequest {
  /** The URL as it was called. A `Request` writes some characters of it differently, and Twilio signs each of them. */
  readonly url: string
  /** The body, where a parser has read the stream: its bytes where the parser kept them, else what it made of them. */
  readonly readBefore?: unknown
  /** Reads the body straight from the server; the `Request` then has none to read. Null when somebody has read it. */
  readonly chunks?: () => AsyncIterable<Uint8Array> | null
}

const known = /* @__PURE__ */ new WeakMap<Request, ServerRequest>()

export function rememberServerRequest(request: Request, { ...said }: ServerRequest): void {
  known.set(request, said)
}

export function serverRequestOf(request: Request): ServerRequest | undefined {
  return known.get(request)
}
