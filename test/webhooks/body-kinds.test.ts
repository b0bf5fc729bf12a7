import { PassThrough, Readable } from 'node:stream'
import { runInNewContext } from 'node:vm'
import { beforeEach, describe, expect, test } from 'vitest'
import { body, page, text } from './bodies.js'
import { type ConnectedHost, connectedHost } from './connected-host.js'

let host: ConnectedHost
beforeEach(async () => {
  host = await connectedHost()
})

const parsed = body({ ...text('m_1'), message: { mid: 'm_1', text: 'Dạ còn ạ 😀' } })
const json = JSON.stringify(parsed)
const bom = '\uFEFF'
const bytes = new Uint8Array(Buffer.from(json))

/** Puts the bytes into the middle of a larger buffer, which is how Node's pool hands them out. */
function inside<T extends ArrayBufferLike>(buffer: T): { readonly buffer: T; readonly offset: number } {
  new Uint8Array(buffer).set(bytes, 8)
  return { buffer, offset: 8 }
}
const pooled = inside(new ArrayBuffer(bytes.length + 16))
const shared = inside(new SharedArrayBuffer(bytes.length + 16))
const padded = Buffer.from(json + ' '.repeat(bytes.length % 2))

function sharedBuffer(): SharedArrayBuffer {
  const buffer = new SharedArrayBuffer(bytes.length)
  new Uint8Array(buffer).set(bytes)
  return buffer
}

describe('a body is stored whole when it is handed in as', () => {
  test.each<[string, unknown]>([
    ['text', json],
    ['text with a BOM', bom + json],
    ['a Buffer', Buffer.from(json)],
    ['a Buffer with a BOM', Buffer.from(bom + json)],
    ['a Uint8Array', bytes],
    ['a Uint8Array in the middle of its buffer', new Uint8Array(pooled.buffer, pooled.offset, bytes.length)],
    ['a Uint16Array', new Uint16Array(new Uint8Array(padded).buffer)],
    ['a DataView', new DataView(pooled.buffer, pooled.offset, bytes.length)],
    ['a DataView with a BOM', new DataView(new Uint8Array(Buffer.from(bom + json)).buffer)],
    ['an ArrayBuffer', bytes.buffer],
    ['an ArrayBuffer with a BOM', new Uint8Array(Buffer.from(bom + json)).buffer],
    ['a SharedArrayBuffer', sharedBuffer()],
    ['a Uint8Array on a SharedArrayBuffer', new Uint8Array(shared.buffer, shared.offset, bytes.length)],
    ['a DataView on a SharedArrayBuffer', new DataView(shared.buffer, shared.offset, bytes.length)],
    ['bytes of another realm', runInNewContext('Uint8Array.from(bytes)', { bytes: [...bytes] })],
    ['an ArrayBuffer of another realm', runInNewContext('Uint8Array.from(bytes).buffer', { bytes: [...bytes] })],
    ['parsed JSON', parsed],
    ['parsed JSON of another realm', runInNewContext('JSON.parse(json)', { json })],
    ['an instance of the host’s own class', Object.assign(new (class WebhookDto {})(), parsed)],
    ['an object without a prototype', Object.assign(Object.create(null), parsed)],
  ])('%s', async (_, given) => {
    expect(await host.ingest(given)).toMatchObject({ outcome: 'ingested', stored: 1, rejected: [] })
    expect(await host.messagesOf()).toMatchObject([{ text: 'Dạ còn ạ 😀' }])
  })
})

describe('what the channel sent is invalid and no exception, with a reason, when it is', () => {
  test.each<[string, unknown, string]>([
    ['empty text', '', 'body: not JSON'],
    ['no bytes', new ArrayBuffer(0), 'body: not JSON'],
    ['a BOM alone', bom, 'body: not JSON'],
    ['half an object', '{', 'body: not JSON'],
    ['a form', 'Body=hello&From=%2B84', 'body: not JSON'],
    [
      'bytes that are no UTF-8 within a text',
      Buffer.from(json.replace('Dạ', 'D?')).map((byte) => (byte === 63 ? 0xff : byte)),
      'body: not UTF-8',
    ],
    ['text in UTF-16', Buffer.from(bom + json, 'utf16le'), 'body: not UTF-8'],
    ['a character cut at the end', Buffer.from('"é').subarray(0, 2), 'body: not UTF-8'],
    ['the text null', 'null', 'body: not an object'],
    ['the text 1', '1', 'body: not an object'],
    ['a list', [], 'body: not an object'],
    ['an empty object', {}, 'object: missing'],
  ])('%s', async (_, given, reason) => {
    expect(await host.ingest(given)).toMatchObject({ outcome: 'invalid', reason, stored: 0, rejected: [{ reason: reason.split(': ')[1] }] })
  })
})

describe('what only the host can have mistaken for a body is refused, so that the message is not answered with 200 and lost', () => {
  const request = () => new Request('https://host.example/webhook', { method: 'POST', body: json })
  const detached = new Uint8Array(bytes)
  const detachedBuffer = detached.buffer
  structuredClone(detachedBuffer, { transfer: [detachedBuffer] })

  test.each<[string, () => unknown, string]>([
    ['undefined', () => undefined, 'undefined'],
    ['null', () => null, 'null'],
    ['a number', () => 1, 'number'],
    ['a bigint', () => 1n, 'bigint'],
    ['a boolean', () => true, 'boolean'],
    ['a symbol', () => Symbol('body'), 'symbol'],
    ['a function', () => () => json, 'function'],
    ['a Blob', () => new Blob([json]), 'Blob'],
    ['a Request', request, 'Request'],
    ['a Response', () => new Response(json), 'Response'],
    ['a promise that nobody awaited', () => request().text(), 'Promise'],
    ['a request of a framework', () => ({ text: () => Promise.resolve(json) }), 'request'],
    ['a web stream', () => request().body, 'ReadableStream'],
    ['a Node stream', () => Readable.from([json]), 'stream'],
    ['a duplex', () => new PassThrough(), 'stream'],
    [
      'an async generator',
      async function* () {
        yield json
      },
      'AsyncGenerator',
    ],
    ['a form', () => new FormData(), 'FormData'],
    ['parameters', () => new URLSearchParams('a=b'), 'URLSearchParams'],
    ['a Map', () => new Map(Object.entries(parsed)), 'Map'],
    ['an error', () => new Error('aborted'), 'Error'],
    ['a date', () => new Date(0), 'Date'],
    ['a boxed string', () => new String(json), 'String'],
    ['chunks that nobody joined', () => [Buffer.from(json)], 'chunks'],
    ['a Buffer that went through JSON', () => JSON.parse(JSON.stringify(Buffer.from(json))), 'Buffer that went through JSON'],
    ['a buffer that was transferred', () => detachedBuffer, 'transferred'],
    ['bytes whose buffer was transferred', () => detached, 'transferred'],
    [
      'a proxy that throws',
      () =>
        new Proxy(
          {},
          {
            get: () => {
              throw new Error(page)
            },
          },
        ),
      'cannot be read',
    ],
  ])('%s', async (_, make, named) => {
    const asked: unknown[] = []
    const error = await host.ingest(make()).then(
      (report) => asked.push(report),
      (reason: unknown) => reason,
    )
    expect(asked).toEqual([])
    expect(error).toMatchObject({
      code: 'VALIDATION_FAILED',
      details: { issues: [{ path: 'body', message: expect.stringContaining(named) }] },
    })
    expect(String(error)).not.toContain(page)
  })
})
