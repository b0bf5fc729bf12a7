import { describe, expect, test } from 'vitest'
import { ConversationStoreError } from '../../../src/index.js'
import { createWebhookHandler, messenger } from '../../../src/webhooks/index.js'
import { body, text } from '../bodies.js'
import { appSecret, deferred, heardLogger, hostWithHandler, signedPost } from './signed-post.js'

const hello = JSON.stringify(body(text('m_1')))
const word = 'a-word-that-a-customer-wrote'

function failingStore(error: unknown) {
  return {
    findInboxOwner: () => Promise.reject(error),
    forAccount: () => {
      throw error
    },
  }
}

describe('what could not be taken', () => {
  test.each([
    [503, new ConversationStoreError('CONTENTION', { attempts: 5 })],
    [503, new ConversationStoreError('UNAVAILABLE', { attempts: 3 })],
    [503, new ConversationStoreError('COMMIT_OUTCOME_UNKNOWN', { operationId: 'op' })],
    [500, new ConversationStoreError('SCHEMA_OUT_OF_DATE', { missing: ['messages'] })],
    [500, new TypeError(word)],
    [500, word],
  ])('is answered with %i, so that it comes again: %s', async (status, error) => {
    const { handle, lines } = await hostWithHandler({ store: failingStore(error) })
    const response = await handle(signedPost(hello))
    expect([response.status, response.headers.get('retry-after')]).toEqual([status, status === 503 ? '5' : null])
    expect(lines).toHaveLength(1)
    expect(`${lines}${await response.text()}`).not.toContain(word)
  })

  test('the database was away for one body: sent again, it is stored once', async () => {
    const host = await hostWithHandler()
    let away = true
    const store = {
      forAccount: host.store.forAccount,
      findInboxOwner: async (input: { readonly channel: string; readonly oaId: string }) => {
        if (away) throw new ConversationStoreError('UNAVAILABLE', { attempts: 3 })
        return host.store.findInboxOwner(input)
      },
    }
    const handle = createWebhookHandler({ store, channel: messenger, secrets: appSecret, logger: host.logger })
    expect((await handle(signedPost(hello))).status).toBe(503)
    away = false
    expect((await handle(signedPost(hello))).status).toBe(200)
    expect((await handle(signedPost(hello))).status).toBe(200)
    expect(await host.messagesOf()).toHaveLength(1)
  })

  test('secrets that cannot be looked up are a 5xx, and onReport that throws is none', async () => {
    const secrets = () => Promise.reject(new Error(word))
    const { handle } = await hostWithHandler({ secrets })
    expect((await handle(signedPost(hello))).status).toBe(500)
    const onReport = () => Promise.reject(new Error(word))
    const host = await hostWithHandler({ onReport })
    expect((await host.handle(signedPost(hello))).status).toBe(200)
    expect(host.lines).toContainEqual(expect.stringContaining('onReport failed'))
    expect(`${host.lines}`).not.toContain(word)
  })

  test('a connection that ends within the body is answered with 400', async () => {
    const { handle, everything } = await hostWithHandler()
    const stream = new ReadableStream({
      start: (controller) => controller.enqueue(new TextEncoder().encode(hello.slice(0, 9))),
      pull: (controller) => controller.error(new Error('gone')),
    })
    const { headers } = signedPost(hello)
    const request = new Request('https://hooks.example.test/', { method: 'POST', headers, body: stream, duplex: 'half' })
    expect((await handle(request)).status).toBe(400)
    expect(await everything()).toEqual([[], []])
  })
})

describe('a budget', () => {
  test('that is over is answered with 503, and the work goes on', async () => {
    const host = await hostWithHandler()
    const { promise: opened, resolve: open } = deferred<void>()
    const store = {
      forAccount: host.store.forAccount,
      findInboxOwner: async (input: { readonly channel: string; readonly oaId: string }) => {
        await opened
        return host.store.findInboxOwner(input)
      },
    }
    const { promise: reported, resolve: report } = deferred<void>()
    const handle = createWebhookHandler({ store, channel: messenger, secrets: appSecret, budgetMs: 5, logger: host.logger })
    expect((await handle(signedPost(hello))).status).toBe(503)
    expect(host.lines).toEqual([expect.stringContaining('still being written after 5 ms')])
    open()
    const patient = createWebhookHandler({
      store,
      channel: messenger,
      secrets: appSecret,
      onReport: () => report(),
      budgetMs: 60_000,
    })
    expect((await patient(signedPost(hello))).status).toBe(200)
    await reported
    expect(await host.messagesOf()).toHaveLength(1)
  })

  test('of a body that fails later: the failure is logged, and is no unhandled rejection', async () => {
    const { promise: never, reject } = deferred<never>()
    const { promise: logged, resolve: log } = deferred<string>()
    const store = { ...failingStore(null), findInboxOwner: () => never }
    const { handle } = await hostWithHandler({ budgetMs: 5, store, logger: { ...heardLogger().logger, error: log } })
    expect((await handle(signedPost(hello))).status).toBe(503)
    reject(new ConversationStoreError('UNAVAILABLE', { attempts: 3 }))
    expect(await logged).toContain('could not be taken either')
  })
})

test('options with which nothing could be taken are refused', async () => {
  const { store } = await hostWithHandler()
  const { protocol, ...unsigned } = messenger
  for (const options of [
    { channel: unsigned },
    { channel: 'messenger' },
    { channel: messenger, maxBodyBytes: 0 },
    { channel: messenger, budgetMs: 0.5 },
  ]) {
    expect(() => Reflect.apply(createWebhookHandler, null, [{ store, ...options }])).toThrow('VALIDATION_FAILED')
  }
  expect(protocol.challenge).toBe(true)
})
