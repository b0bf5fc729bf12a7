import { Agent, createServer, request as nodeRequest, type RequestOptions, type Server } from 'node:http'
import express from 'express'
import { describe, expect, onTestFinished, test } from 'vitest'
import { toNodeHandler, type WebhookHandler } from '../../../src/webhooks/index.js'
import { body, text } from '../bodies.js'
import { hostWithHandler, metaHeader } from './signed-post.js'

const hello = JSON.stringify(body(text('m_1'))).replaceAll('/', '\\/')

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return `http://127.0.0.1:${address.port}`
}

function post(url: string, content = hello, headers: Readonly<Record<string, string>> = metaHeader(content)) {
  return fetch(url, { method: 'POST', body: content, headers: { 'Content-Type': 'application/json', ...headers } })
}

describe('node:http', () => {
  test('a signed body is stored, and the challenge is answered', async () => {
    const { handle, messagesOf } = await hostWithHandler()
    const url = await listening(createServer(toNodeHandler(handle)))
    const response = await post(url)
    expect([response.status, await response.json()]).toEqual([200, { status: 'EVENT_RECEIVED' }])
    expect(await messagesOf()).toHaveLength(1)
    expect((await post(url, hello, {})).status).toBe(403)
    const challenge = await fetch(`${url}/?hub.mode=subscribe&hub.challenge=7&hub.verify_token=test-verify-token`)
    expect(await challenge.text()).toBe('7')
  })

  test('a body over the limit is answered with 413, and the connection serves the next request', async () => {
    const { handle } = await hostWithHandler({ maxBodyBytes: 100_000 })
    const url = await listening(createServer(toNodeHandler(handle)))
    const long = JSON.stringify({ text: 'a'.repeat(3_000_000) })
    expect((await post(url, long)).status).toBe(413)
    const chunks = new ReadableStream({
      start(controller) {
        for (let at = 0; at < 30; at += 1) controller.enqueue(new TextEncoder().encode('a'.repeat(100_000)))
        controller.close()
      },
    })
    const headers = { 'Content-Type': 'application/json' }
    expect((await fetch(url, { method: 'POST', body: chunks, headers, duplex: 'half' })).status).toBe(413)
    expect((await post(url)).status).toBe(200)
  })

  test('a client hears of the 413 before it has sent everything, and goes on with the same connection', async () => {
    const { handle } = await hostWithHandler({ maxBodyBytes: 100_000 })
    const url = await listening(createServer(toNodeHandler(handle)))
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    onTestFinished(() => agent.destroy())
    const headers = { 'Content-Type': 'application/json' }
    const first = nodeRequest(url, { method: 'POST', headers, agent })
    const socket = await new Promise((resolve, reject) => {
      first.on('error', reject)
      first.on('response', (response) => {
        expect(response.statusCode).toBe(413)
        response.resume().on('end', () => resolve(first.socket))
        first.end('a'.repeat(5_000_000))
      })
      first.write('a'.repeat(200_000))
    })
    const second = nodeRequest(url, { method: 'POST', headers: { ...headers, ...metaHeader(hello) }, agent })
    const status = await new Promise<number | undefined>((resolve, reject) => {
      second.on('error', reject).on('response', (response) => resolve(response.statusCode))
      second.end(hello)
    })
    expect([status, second.socket === socket]).toEqual([200, true])
  })

  test('a client that goes away within the body does no harm', async () => {
    const { handle, everything } = await hostWithHandler()
    const seen = deferredStatus(handle)
    const url = await listening(createServer(toNodeHandler(seen.handle)))
    const headers = { 'Content-Type': 'application/json', 'Content-Length': '1000', ...metaHeader(hello) }
    const client = nodeRequest(url, { method: 'POST', headers })
    client.on('error', () => {})
    client.write('{"object":', () => client.destroy())
    expect(await seen.status).toBe(400)
    expect(await everything()).toEqual([[], []])
    expect((await post(url)).status).toBe(200)
  })

  test('what no request can be is answered with 400, and harms nobody', async () => {
    const { handle } = await hostWithHandler()
    const url = await listening(createServer(toNodeHandler(handle)))
    const statusOf = (options: RequestOptions) =>
      new Promise<number | undefined>((resolve, reject) => {
        nodeRequest(url, options, (response) => resolve(response.statusCode))
          .on('error', reject)
          .end()
      })
    expect(await statusOf({ method: 'TRACE' })).toBe(400)
    for (const host of ['user:password@hooks.example.test', 'a b', '[', 'x:99999']) {
      expect(await statusOf({ method: 'POST', headers: { Host: host } })).toBe(400)
    }
    expect((await post(url)).status).toBe(200)
  })

  test('a handler of the host’s own can read the body as of any request, and its answer is given', async () => {
    const handle: WebhookHandler = async (request) => new Response(`${await request.text()} ${request.bodyUsed}`, { status: 201 })
    const response = await post(await listening(createServer(toNodeHandler(handle))))
    expect([response.status, await response.text()]).toEqual([201, `${hello} true`])
  })

  test('a body is read once, by the handler or by the host', async () => {
    const { handle } = await hostWithHandler()
    const seen: unknown[] = []
    const twice: WebhookHandler = async (request) => {
      const first = await handle(request)
      seen.push(await request.text().catch(({ name }) => name), (await handle(request)).status)
      return first
    }
    const late: WebhookHandler = async (request) => {
      seen.push((await request.text()).length)
      return handle(request)
    }
    expect((await post(await listening(createServer(toNodeHandler(twice))))).status).toBe(200)
    expect((await post(await listening(createServer(toNodeHandler(late))))).status).toBe(403)
    expect(seen).toEqual(['TypeError', 403, hello.length])
  })

  test('an answer tells its length', async () => {
    const { handle } = await hostWithHandler()
    const response = await post(await listening(createServer(toNodeHandler(handle))))
    expect(response.headers.get('content-length')).toBe(String((await response.text()).length))
  })

  test('a header that came twice is refused', async () => {
    const { handle } = await hostWithHandler()
    const url = await listening(createServer(toNodeHandler(handle)))
    const [[name, value] = ['', '']] = Object.entries(metaHeader(hello))
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const headers = { 'Content-Type': 'application/json', [name]: [value, value] }
      nodeRequest(url, { method: 'POST', headers }, (response) => resolve(response.statusCode))
        .on('error', reject)
        .end(hello)
    })
    expect(status).toBe(403)
  })
})

describe('Express', () => {
  async function withParser(...parsers: readonly express.RequestHandler[]) {
    const host = await hostWithHandler()
    const app = express()
    for (const parser of parsers) app.use(parser)
    app.all('/webhook', toNodeHandler(host.handle))
    return { ...host, url: `${await listening(createServer(app))}/webhook` }
  }

  test.each([
    ['no parser', []],
    ['a parser of another media type', [express.urlencoded({ extended: false })]],
    ['a parser that keeps the bytes', [express.raw({ type: '*/*' })]],
    ['a parser that keeps the text', [express.text({ type: '*/*' })]],
    ['a parser that keeps rawBody too', [express.json({ verify: (request, _, bytes) => void Object.assign(request, { rawBody: bytes }) })]],
  ])('with %s a signed body is stored', async (_, parsers) => {
    const { url, messagesOf } = await withParser(...parsers)
    expect((await post(url)).status).toBe(200)
    expect(await messagesOf()).toHaveLength(1)
    expect((await post(url, hello, {})).status).toBe(403)
  })

  test('with a parser before it the refusal names the parser’s work as the reason', async () => {
    const { url, lines, everything } = await withParser(express.json())
    const response = await post(url)
    expect([response.status, await response.text()]).toEqual([
      403,
      'the body was read and parsed before its signature was checked: hand in its raw bytes\n',
    ])
    expect(lines).toEqual([expect.stringContaining('read and parsed before its signature was checked')])
    expect(await everything()).toEqual([[], []])
  })

  test('below a router the address is the whole one', async () => {
    const seen: string[] = []
    const app = express()
    const handle: WebhookHandler = async (request) => {
      seen.push(new URL(request.url).pathname)
      return new Response(null)
    }
    app.use('/hooks', express.Router().all('/meta', toNodeHandler(handle)))
    const url = await listening(createServer(app))
    await post(`${url}/hooks/meta`)
    expect(seen).toEqual(['/hooks/meta'])
  })
})

test('a fetch-style body that was read before is named too', async () => {
  const { handle } = await hostWithHandler()
  const headers = { 'Content-Type': 'application/json', ...metaHeader(hello) }
  const request = new Request('https://hooks.example.test/', { method: 'POST', body: hello, headers })
  await request.json()
  const response = await handle(request)
  expect([response.status, await response.text()]).toEqual([403, expect.stringContaining('read and parsed before')])
})

/** Tells the status that a handler answered with, also when nobody is there to hear it. */
function deferredStatus(handle: WebhookHandler) {
  let tell: (status: number) => void = () => {}
  const status = new Promise<number>((resolve) => {
    tell = resolve
  })
  const telling: WebhookHandler = async (request) => {
    const response = await handle(request)
    tell(response.status)
    return response
  }
  return { status, handle: telling }
}
