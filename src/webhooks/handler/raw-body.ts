import { serverRequestOf } from './server-request.js'

/** The body of a request: its bytes; what a parser made of it before it came; or why there is none to read. */
export type IncomingBody =
  | { readonly bytes: Uint8Array }
  | { readonly readBefore: unknown }
  | { readonly unusable: 'too large' | 'cut off' }

/** Reads the raw bytes of a request, and stops at the limit. */
export async function readRawBody(request: Request, maxBytes: number): Promise<IncomingBody> {
  const before = serverRequestOf(request)
  if (before !== undefined && 'readBefore' in before) return keptBody(before.readBefore, maxBytes)
  if (request.bodyUsed) return { readBefore: undefined }
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) return { unusable: 'too large' }
  try {
    return await readStream(request.body, maxBytes)
  } catch {
    return { unusable: 'cut off' }
  }
}

/** A parser such as `express.raw()` keeps the bytes, and they are as good as a stream. */
function keptBody(body: unknown, maxBytes: number): IncomingBody {
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body
  if (!ArrayBuffer.isView(bytes)) return { readBefore: body }
  if (bytes.byteLength > maxBytes) return { unusable: 'too large' }
  return { bytes: new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength) }
}

async function readStream(stream: Request['body'], maxBytes: number): Promise<IncomingBody> {
  const chunks: Uint8Array[] = []
  let length = 0
  // Leaving the loop early cancels the stream.
  for await (const chunk of stream ?? []) {
    // Somebody set an encoding on the stream, which made text of the bytes.
    if (typeof chunk === 'string') return { readBefore: undefined }
    length += chunk.byteLength
    if (length > maxBytes) return { unusable: 'too large' }
    chunks.push(chunk)
  }
  const bytes = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    bytes.set(chunk, at)
    at += chunk.byteLength
  }
  return { bytes }
}
