import { describe, expect, test } from 'vitest'
import {
  createWebhookHandler,
  dialog360Protocol,
  evolutionProtocol,
  headerProtocol,
  messenger,
  telegramProtocol,
  twilioProtocol,
  zaloProtocol,
} from '../../../src/webhooks/index.js'
import { body, text } from '../bodies.js'
import { address, hostWithHandler, signedPost } from './signed-post.js'

const hello = JSON.stringify(body(text('m_1')))

describe('a POST', () => {
  test('that is signed is stored, and answered as Meta expects', async () => {
    const { handle, messagesOf, reports } = await hostWithHandler()
    const response = await handle(signedPost(hello))
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/json'])
    expect(await response.json()).toEqual({ status: 'EVENT_RECEIVED' })
    expect(await messagesOf()).toHaveLength(1)
    expect(reports).toMatchObject([{ outcome: 'ingested', stored: 1 }])
    expect((await handle(signedPost(hello))).status).toBe(200)
    expect(reports[1]).toMatchObject({ outcome: 'ingested', duplicates: 1 })
  })

  test.each([
    ['ignored', JSON.stringify({ object: 'page', entry: [{ id: '0', time: 1, changes: [] }] })],
    ['ignored', JSON.stringify(body(text('m_1', { oaId: 'nobodys' }))).replaceAll('104502211834771', 'nobodys')],
    ['invalid', '{"object":"page","entry":7}'],
    ['invalid', 'not JSON'],
    ['invalid', ''],
  ])('that is %s is answered with 200, and reported', async (outcome, given) => {
    const { handle, reports, everything } = await hostWithHandler()
    expect((await handle(signedPost(given))).status).toBe(200)
    expect(reports).toMatchObject([{ outcome }])
    expect(await everything()).toEqual([[], []])
  })

  test.each([
    ['another secret', signedPost(hello, { secret: 'another' }), 'another secret'],
    [
      'no signature',
      new Request(address, { method: 'POST', body: hello, headers: { 'Content-Type': 'application/json' } }),
      'X-Hub-Signature-256 is missing',
    ],
    ['another body', signedPost(hello, { headers: { 'X-Hub-Signature-256': `sha256=${'0'.repeat(64)}` } }), 'another body'],
  ])('with %s is answered with 403, and nothing is stored', async (_, request, reason) => {
    const { handle, everything, reports, lines } = await hostWithHandler()
    const response = await handle(request)
    expect(response.status).toBe(403)
    expect(await response.text()).toContain(reason)
    expect(lines).toEqual([expect.stringContaining(`[Webhook] Refused a request of messenger: `)])
    expect([reports, await everything()]).toEqual([[], [[], []]])
  })

  test('is answered with 403 while no secret is configured', async () => {
    for (const secrets of ['', [], [undefined, ''], undefined]) {
      const { handle, store, logger } = await hostWithHandler()
      const unready = createWebhookHandler({ store, channel: messenger, logger, ...(secrets !== undefined && { secrets }) })
      expect((await handle(signedPost(hello))).status).toBe(200)
      const response = await unready(signedPost(hello, { secret: 'any' }))
      expect([response.status, await response.text()]).toEqual([403, 'no secret is configured\n'])
    }
  })

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
    'of %s is answered with 415',
    async (type) => {
      const { handle } = await hostWithHandler()
      expect((await handle(signedPost(hello, { headers: { 'Content-Type': type } }))).status).toBe(415)
    },
  )

  test('of JSON with a charset, or without a type, is taken', async () => {
    const { handle } = await hostWithHandler()
    expect((await handle(signedPost(hello, { headers: { 'Content-Type': 'Application/JSON; charset=utf-8' } }))).status).toBe(200)
    const request = signedPost(hello)
    request.headers.delete('content-type')
    expect((await handle(request)).status).toBe(200)
  })

  test('that is compressed is answered with 415', async () => {
    const { handle } = await hostWithHandler()
    expect((await handle(signedPost(hello, { headers: { 'Content-Encoding': 'gzip' } }))).status).toBe(415)
  })

  test('over the limit is answered with 413, whether it says its length or not', async () => {
    const length = new TextEncoder().encode(hello).length
    const { handle } = await hostWithHandler({ maxBodyBytes: length })
    expect((await handle(signedPost(hello))).status).toBe(200)
    expect((await handle(signedPost(`${hello} `))).status).toBe(413)
    expect((await handle(signedPost(hello, { headers: { 'Content-Length': `${length + 1}` } }))).status).toBe(413)
  })
})

describe('other methods', () => {
  test.each(['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD'])('%s is answered with 405', async (method) => {
    const { handle } = await hostWithHandler()
    const response = await handle(new Request(address, { method }))
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, POST'])
  })

  test('a GET with the token gets its challenge back', async () => {
    const { handle } = await hostWithHandler({ verifyToken: ['next', 'test-verify-token'] })
    const query = 'hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token'
    const response = await handle(new Request(`${address}?${query}=test-verify-token`))
    expect([response.status, await response.text()]).toEqual([200, '1158201444'])
    expect(response.headers.get('content-type')).toContain('text/plain')
    for (const wrong of [
      `${query}=other`,
      query,
      `${query}=next`.replace('subscribe', 'unsubscribe'),
      'hub.mode=subscribe&hub.verify_token=next',
      '',
    ]) {
      expect((await handle(new Request(`${address}?${wrong}`))).status).toBe(403)
    }
  })

  test('without a token configured, no check of the address succeeds', async () => {
    const { handle } = await hostWithHandler({ verifyToken: '' })
    const response = await handle(new Request(`${address}?hub.mode=subscribe&hub.challenge=1&hub.verify_token=`))
    expect(response.status).toBe(403)
  })
})

describe('the answer', () => {
  test.each([
    ['Twilio, as TwiML that sends nothing', twilioProtocol, 'text/xml; charset=utf-8', /^<\?xml [^>]*><Response><\/Response>$/],
    ['Telegram', telegramProtocol, null, /^$/],
    ['Zalo', zaloProtocol, null, /^$/],
    ['360dialog', dialog360Protocol, null, /^$/],
    ['Evolution', evolutionProtocol, null, /^$/],
    ['a widget', headerProtocol, null, /^$/],
  ])('to %s', async (_, protocol, contentType, content) => {
    const { store, logger } = await hostWithHandler()
    const handle = createWebhookHandler({ store, channel: { ...messenger, protocol }, allowUnsigned: true, logger })
    const response = await handle(signedPost(hello))
    expect([response.status, response.headers.get('content-type')]).toEqual([200, contentType])
    expect(await response.text()).toMatch(content)
    expect((await handle(new Request(address))).headers.get('allow')).toBe('POST')
  })
})
