import { serverRequestOf } from './server-request.js'

/** The body of a request: its bytes; what a parser made of it before it came; or why there is none to read. */
export type ReadBody = { readonly bytes: Uint8Array } | { readonly readBefore: unknown } | { readonly unusable: 'too large' | 'cut off' }

/** Reads the raw bytes of a request, and stops at the limit. */
export async function readRawBody(request: Request, maxBytes: number): Promise<ReadBody> {
  const before = serverRequestOf(request)
  if (before !== undefined && 'readBefore' in before) return keptBody(before.readBefore, maxBytes)
  if (request.bodyUsed) return { readBefore: undefined }
  const declared = Number(request.headers.get('content-length') ?? 0)
  if (declared > maxBytes) return { unusable: 'too large' }
  const chunks = before?.chunks?.()
  if (chunks === null) return { readBefore: undefined }
  try {
    return await readStream(chunks ?? request.body, declared, maxBytes)
  } catch {
    return { unusable: 'cut off' }
  }
}

/** A parser such as `express.raw()` keeps the bytes, and they are as good as a stream. */
function keptBody(body: unknown, maxBytes: number): ReadBody {
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body
  if (!ArrayBuffer.isView(bytes)) return { readBefore: body }
  if (bytes.byteLength > maxBytes) return { unusable: 'too large' }
  return { bytes: new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength) }
}

/**
 * The bytes go into one buffer as they come. A list of chunks, joined at the end, would take twice the body's memory.
 * The buffer has the size that the sender declares. The system gives it memory as bytes are written into it.
 */
async function readStream(stream: AsyncIterable<Uint8Array> | Request['body'], declared: number, maxBytes: number): Promise<ReadBody> {
  let buffer = new Uint8Array(Number.isSafeInteger(declared) && declared > 0 ? declared : 0)
  let length = 0
  // Leaving the loop early cancels the stream.
  for await (const chunk of stream ?? []) {
    // Somebody set an encoding on the stream, which made text of the bytes.
    if (typeof chunk === 'string') return { readBefore: undefined }
    if (length + chunk.byteLength > maxBytes) return { unusable: 'too large' }
    if (length + chunk.byteLength > buffer.length) buffer = enlarged(buffer, length + chunk.byteLength)
    buffer.set(chunk, length)
    length += chunk.byteLength
  }
  return { bytes: buffer.subarray(0, length) }
}

function enlarged(buffer: Uint8Array, needed: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(Math.max(needed, 2 * buffer.length))
  larger.set(buffer)
  return larger
}
