import { execFile } from 'node:child_process'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'

const key = 'test-api-key'
const body = { pageId: 'my-page', facebookPageId: 'page-1', resumeSession: null }

beforeEach(() => {
  for (const [variable, value] of Object.entries({
    DATABASE_URL: undefined,
    PORT: undefined,
    SYNC_API_KEY: key,
    SYNC_EXPORT: fileURLToPath(new URL('../../examples/sync/export.csv', import.meta.url)),
    SYNC_PAGES: '2',
  })) {
    vi.stubEnv(variable, value)
  }
  vi.spyOn(console, 'info').mockImplementation(() => {})
  vi.spyOn(console, 'warn').mockImplementation(() => {})
})

afterEach(() => {
  vi.unstubAllEnvs()
  vi.resetModules()
  vi.restoreAllMocks()
})

function post(content: object, token = key): Request {
  return new Request('https://host.example/api/conversations/sync-fixed', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
    body: JSON.stringify(content),
  })
}

test('of two POSTs to the Next.js route at once one pulls, and the other is told to wait', async () => {
  const { POST } = await import('../../examples/sync/next-route.js')
  const { store } = await import('../../examples/sync/host.js')
  const answers = await Promise.all([POST(post(body)), POST(post(body))])
  expect(await Promise.all(answers.map(async (answer) => [answer.status, await answer.json()]))).toEqual([
    [200, { hasMore: true, resumeSession: expect.any(String) }],
    [409, { error: 'Sync already in progress for this page. Please wait for it to complete.' }],
  ])
  expect(await store.forAccount('acme').countConversations()).toBe(3)
  expect(console.info).toHaveBeenCalledExactlyOnceWith('[Sync] page-1: 2 pages, 6 new messages, there is more')
  expect((await POST(post(body, 'another'))).status).toBe(401)
  expect((await POST(post({ ...body, facebookPageId: 'page-2' }))).status).toBe(404)
})

test('curl goes on with the session of the route under node:http', async () => {
  const { server } = await import('../../examples/sync/node-http.js')
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port }: AddressInfo = Object(server.address())
  const pull = async (resumeSession: string | null) => {
    const headers = ['-H', 'Content-Type: application/json', '-H', `Authorization: Bearer ${key}`]
    const data = ['-d', JSON.stringify({ ...body, resumeSession })]
    const url = `http://127.0.0.1:${port}/api/conversations/sync-fixed`
    const { stdout } = await promisify(execFile)('curl', ['-s', '-w', ' %{http_code}', ...headers, ...data, url])
    const [, json = '', status = ''] = /^(.*) (\d+)$/.exec(stdout) ?? []
    return { status: Number(status), answer: JSON.parse(json) }
  }
  const first = await pull(null)
  expect(first).toEqual({ status: 200, answer: { hasMore: true, resumeSession: expect.any(String) } })
  expect(await pull(first.answer.resumeSession)).toEqual({ status: 200, answer: { hasMore: false, resumeSession: null } })
  expect((await pull(first.answer.resumeSession)).status).toBe(404)
})
