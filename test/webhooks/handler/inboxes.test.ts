import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import {
  createWebhookHandler,
  type HandledChannel,
  headerProtocol,
  messenger,
  type Secrets,
  telegramProtocol,
  twilioProtocol,
} from '../../../src/webhooks/index.js'
import { body, noon, page, text } from '../bodies.js'
import { address, hostWithHandler, signedPost } from './signed-post.js'

const other = '207118822910042'

/** A body that names two pages. */
const twoPages = JSON.stringify({
  object: 'page',
  entry: [...body(text('m_1')).entry, { id: other, time: noon, messaging: [text('m_2', { oaId: other })] }],
})
const hello = JSON.stringify(body(text('m_1')))

describe('a secret for each inbox', () => {
  test('is asked for with the inboxes that the body names', async () => {
    const asked: unknown[] = []
    const secrets = (request: Request, oaId: string | null) => {
      asked.push([new URL(request.url).pathname, oaId])
      return 'shared'
    }
    const { handle, reports } = await hostWithHandler({ secrets })
    expect((await handle(signedPost(twoPages, { secret: 'shared' }))).status).toBe(200)
    expect(asked).toEqual([
      ['/webhook', page],
      ['/webhook', other],
    ])
    expect(reports).toMatchObject([{ outcome: 'partial', unknownInboxes: [other] }])
    expect((await handle(signedPost('{}', { secret: 'shared' }))).status).toBe(200)
    expect(asked.at(-1)).toEqual(['/webhook', null])
  })

  test('is found without reading the body twice', async () => {
    let read = 0
    const counting = {
      ...messenger,
      normalize(...given: Parameters<typeof messenger.normalize>) {
        read += 1
        return messenger.normalize(...given)
      },
    }
    const { handle, messagesOf } = await hostWithHandler({ channel: counting, secrets: () => 'shared' })
    expect((await handle(signedPost(hello, { secret: 'shared' }))).status).toBe(200)
    expect([read, (await messagesOf()).length]).toEqual([1, 1])
  })

  test('does not let the owner of one inbox write into another’s', async () => {
    const ofInbox = new Map([
      [page, 'secret-of-page'],
      [other, 'secret-of-other'],
    ])
    const secrets = (_: Request, oaId: string | null) => ofInbox.get(oaId ?? '')
    // The route says the attacker's own inbox; the body names the victim's.
    const { handle, everything } = await hostWithHandler({ secrets, inbox: () => other })
    for (const secret of ofInbox.values()) expect((await handle(signedPost(twoPages, { secret }))).status).toBe(403)
    expect((await handle(signedPost(hello, { secret: 'secret-of-other' }))).status).toBe(403)
    expect(await everything()).toEqual([[], []])
    expect((await handle(signedPost(hello, { secret: 'secret-of-page' }))).status).toBe(200)
  })

  test('is needed of every inbox, whatever characters its id has, and where the body tells of its history alone', async () => {
    const { store, logger } = await hostWithHandler()
    const event = { type: 'message', messageId: 'm', direction: 'inbound', text: 'hi' } as const
    const item = (oaId: string, otherwise?: string) => ({
      ...{ path: 'x', oaId, customerId: 'c', event, standby: false },
      ...(otherwise !== undefined && { otherwise: { oaId: otherwise, customerId: 'c' } }),
    })
    const said = { outcome: 'events', reason: null, ignored: [], rejected: [] } as const
    const progress = { oaId: 'victim', phase: 0, chunkOrder: 1, progress: 50 }
    for (const normalized of [
      { ...said, items: [item('mine', 'victim'), item('mine\nvictim')] },
      { ...said, items: [item('mine')], historyProgress: [progress] },
      { ...said, items: [], historyProgress: [progress] },
    ]) {
      const keys: Readonly<Record<string, string>> = { mine: 'key', 'mine\nvictim': 'key', victim: 'another key' }
      const handle = createWebhookHandler({
        store,
        logger,
        channel: { channel: 'own', protocol: headerProtocol, normalize: () => normalized },
        secrets: (_, oaId) => ({ header: 'X-Key', value: keys[oaId ?? ''] }),
      })
      expect((await handle(signedPost('{}', { headers: { 'X-Key': 'key' } }))).status).toBe(403)
    }
  })

  test('that the host does not have is a refusal', async () => {
    for (const secrets of [() => null, () => undefined, () => '', async () => []]) {
      const { handle } = await hostWithHandler({ secrets })
      expect((await handle(signedPost(hello, { secret: 'any' }))).status).toBe(403)
    }
  })
})

describe('the inbox of the route', () => {
  test('chooses the secret where the body names none', async () => {
    const { store, logger } = await hostWithHandler()
    const bots: Readonly<Record<string, string>> = { bot_a: 'token-a', bot_b: 'token-b' }
    const handle = createWebhookHandler({
      store,
      logger,
      channel: silentChannel(telegramProtocol),
      inbox: (request) => new URL(request.url).pathname.split('/').at(-1),
      secrets: (_, oaId) => bots[oaId ?? ''],
    })
    const post = (bot: string, token: string) =>
      handle(signedPost('{}', { url: `https://hooks.example.test/telegram/${bot}`, headers: { 'X-Telegram-Bot-Api-Secret-Token': token } }))
    expect((await post('bot_a', 'token-a')).status).toBe(200)
    expect((await post('bot_a', 'token-b')).status).toBe(403)
    expect((await post('bot_c', 'token-a')).status).toBe(403)
  })
})

describe('requests without a signature', () => {
  const unsigned = () => new Request(address, { method: 'POST', body: hello, headers: { 'Content-Type': 'application/json' } })

  test('are taken where the host allows them, and a wrong signature is not', async () => {
    const { handle } = await hostWithHandler({ allowUnsigned: true })
    expect((await handle(unsigned())).status).toBe(200)
    expect((await handle(signedPost(hello, { secret: 'another' }))).status).toBe(403)
    const malformed = signedPost(hello, { headers: { 'X-Hub-Signature-256': 'sha256=' } })
    expect((await handle(malformed)).status).toBe(403)
  })

  test('are refused otherwise', async () => {
    for (const allowUnsigned of [false, undefined]) {
      const { handle } = await hostWithHandler({ ...(allowUnsigned !== undefined && { allowUnsigned }) })
      expect((await handle(unsigned())).status).toBe(403)
    }
  })
})

describe('the address that Twilio called', () => {
  const secret = 'test-auth-token'
  const form = 'Body=1%2F2+kg&From=%2B84900000311'
  const signature = (url: string) => createHmac('sha1', secret).update(`${url}Body1/2 kgFrom+84900000311`).digest('base64')

  async function statusOf(calledUrl: string, seenUrl: string, publicUrl?: string | ((request: Request) => string)) {
    const { store, logger } = await hostWithHandler()
    const channel = silentChannel(twilioProtocol)
    const handle = createWebhookHandler({ store, channel, logger, secrets: secret, ...(publicUrl !== undefined && { publicUrl }) })
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded', 'X-Twilio-Signature': signature(calledUrl) }
    return (await handle(new Request(seenUrl, { method: 'POST', body: form, headers }))).status
  }

  test.each([
    [200, 'https://hooks.example.test/twilio?v=2', 'https://hooks.example.test/twilio?v=2', undefined],
    [403, 'https://hooks.example.test/twilio?v=2', 'http://10.0.0.7:3000/twilio?v=2', undefined],
    [200, 'https://hooks.example.test/twilio?v=2', 'http://10.0.0.7:3000/twilio?v=2', 'https://hooks.example.test'],
    [200, 'https://hooks.example.test/twilio?v=2', 'http://10.0.0.7:3000/twilio?v=2', 'https://hooks.example.test/'],
    [200, 'https://hooks.example.test/in/twilio?v=2', 'http://10.0.0.7:3000/twilio?v=2', 'https://hooks.example.test/in/twilio'],
    [200, 'https://hooks.example.test/in?inbox=1', 'http://10.0.0.7:3000/twilio', 'https://hooks.example.test/in?inbox=1'],
    [403, 'https://hooks.example.test/twilio?v=2', 'http://10.0.0.7:3000/twilio?v=3', 'https://hooks.example.test'],
    [200, 'https://hooks.example.test/x', 'http://10.0.0.7:3000/twilio', () => 'https://hooks.example.test/x'],
  ])('%i: Twilio called %s, the server saw %s', async (status, calledUrl, seenUrl, publicUrl) => {
    expect(await statusOf(calledUrl, seenUrl, publicUrl)).toBe(status)
  })
})

test('a channel of the host’s own takes one of the protocols', async () => {
  const { store, logger } = await hostWithHandler()
  const handle = createWebhookHandler({
    store,
    logger,
    channel: silentChannel(headerProtocol),
    secrets: { header: 'X-Site-Key', value: 'key' },
  })
  expect((await handle(signedPost('{}', { headers: { 'X-Site-Key': 'key' } }))).status).toBe(200)
  expect((await handle(signedPost('{}', { headers: { 'X-Site-Key': 'other' } }))).status).toBe(403)
})

/** A channel whose bodies hold nothing that concerns a conversation. */
function silentChannel<S>(protocol: HandledChannel<S>['protocol']): HandledChannel<S> {
  return {
    channel: 'silent',
    protocol,
    normalize: () => ({ outcome: 'ignored', reason: 'nothing in it', items: [], ignored: [], rejected: [] }),
  }
}

test('messenger names its protocol, and the options its secrets', () => {
  const channel: HandledChannel<Secrets> = messenger
  expect(channel.protocol.challenge).toBe(true)
})
