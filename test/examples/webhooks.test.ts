import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { body, text } from '../webhooks/bodies.js'
import { metaHeader } from '../webhooks/handler/signed-post.js'

const secret = 'test-app-secret'
const token = 'test-verify-token'
const hello = JSON.stringify(body(text('m_1'))).replaceAll('/', '\\/')

type Send = (path: string, init?: RequestInit) => Promise<Response>

/** How a request gets to each example. */
const servers: Readonly<Record<string, () => Promise<Send>>> = {
  'node:http': async () => overHttp((await import('../../examples/webhooks/node-http.js')).server),
  Express: async () => overHttp(createServer((await import('../../examples/webhooks/express.js')).app)),
  Fastify: async () => {
    const { app } = await import('../../examples/webhooks/fastify.js')
    await app.ready()
    return overHttp(app.server)
  },
  Hono: async () => {
    const { app } = await import('../../examples/webhooks/hono.js')
    return async (path, init) => app.request(path, init)
  },
  'a Next.js route': async () => {
    const route = await import('../../examples/webhooks/next-route.js')
    return async (path, init) => route[init?.method === 'POST' ? 'POST' : 'GET'](new Request(`https://host.example${path}`, init))
  },
}

async function overHttp(server: Server): Promise<Send> {
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port }: AddressInfo = Object(server.address())
  return (path, init) => fetch(`http://127.0.0.1:${port}${path}`, init)
}

function post(headers: Readonly<Record<string, string>>): RequestInit {
  return { method: 'POST', body: hello, headers: { 'Content-Type': 'application/json', ...headers } }
}

afterEach(() => {
  vi.unstubAllEnvs()
  vi.resetModules()
  vi.restoreAllMocks()
})

/** Starts an example in an environment, and counts what its store holds. */
async function started(name: string, { fixed }: { readonly fixed: string }) {
  for (const [variable, value] of [
    ['META_APP_SECRET', `next,${secret}`],
    ['WEBHOOK_VERIFY_TOKEN', token],
    ['USE_FIXED_WEBHOOK', fixed],
    ['PORT', undefined],
  ] as const) {
    vi.stubEnv(variable, value)
  }
  const send = await servers[name]?.()
  if (send === undefined) throw new Error(`there is no example of ${name}`)
  const { store } = await import('../../examples/webhooks/host.js')
  return { send, count: () => store.forAccount('acme').countConversations() }
}

describe.each(Object.keys(servers))('%s', (name) => {
  test('takes a signed body, refuses another, and answers the challenge', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    const info = vi.spyOn(console, 'info').mockImplementation(() => {})
    const { send, count } = await started(name, { fixed: 'true' })
    expect((await send('/webhook', post(metaHeader(hello, 'another')))).status).toBe(403)
    expect(await count()).toBe(0)
    expect(warn).toHaveBeenCalledOnce()
    const response = await send('/webhook', post(metaHeader(hello, secret)))
    expect([response.status, await response.json()]).toEqual([200, { status: 'EVENT_RECEIVED' }])
    expect(await count()).toBe(1)
    expect(info).toHaveBeenCalledWith('[Webhook] ingested: 1 stored, 0 known')
    const challenge = await send(`/webhook?hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=${token}`)
    expect(await challenge.text()).toBe('1158201444')
  })

  test('leaves the old handler in place until the new one is chosen', async () => {
    const { send, count } = await started(name, { fixed: 'false' })
    const response = await send('/webhook', post(metaHeader(hello, secret)))
    expect(await response.text()).toBe('EVENT_RECEIVED')
    expect(await count()).toBe(0)
  })
})
