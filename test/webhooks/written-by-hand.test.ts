import { describe, expect, test } from 'vitest'
import { createWebhookHandler, ingestWebhook, instagram, messenger } from '../../src/webhooks/index.js'
import { body, lan, page, text } from './bodies.js'
import { connectedHost } from './connected-host.js'
import { appSecret, heardLogger, hostWithHandler, signedPost } from './handler/signed-post.js'

const item = (message: object = { text: 'Hello' }, rest: object = {}) => ({
  sender: { id: lan },
  recipient: { id: page },
  timestamp: 1_763_726_400,
  message,
  ...rest,
})
const guide = { object: 'page', entry: [{ messaging: [item()] }] }
const post = (given: unknown, headers = {}) =>
  new Request('http://localhost/webhook', {
    method: 'POST',
    body: JSON.stringify(given),
    headers: { 'Content-Type': 'application/json', ...headers },
  })

/** A host on which anybody may post. */
const trial = () => hostWithHandler({ allowUnsigned: true })

describe('what a guide’s curl posts', () => {
  test.each([
    ['within an entry without an id', guide],
    ['within an entry whose id is empty', { object: 'page', entry: [{ id: '', messaging: [item()] }] }],
    ['without an object', { entry: [{ messaging: [item()] }] }],
    ['alone', item()],
    ['within an entry that has its id', body(item())],
  ])('%s is one message, with its time in seconds, also when it comes twice', async (_, given) => {
    const { handle, reports, messagesOf } = await trial()
    expect((await handle(post(given))).status).toBe(200)
    expect((await handle(post(given))).status).toBe(200)
    expect(reports).toMatchObject([
      { outcome: 'ingested', stored: 1 },
      { outcome: 'ingested', duplicates: 1 },
    ])
    expect(await messagesOf()).toMatchObject([{ text: 'Hello', direction: 'inbound', occurredAt: new Date('2025-11-21T12:00:00Z') }])
  })

  test('is another message with another text, time, sender or recipient', async () => {
    const { handle, store, acme } = await trial()
    await store.forAccount('other').connectInbox({ oaId: '9', channel: 'messenger' })
    const others = [
      item({ text: 'Bye' }),
      item({ text: 'Hello' }, { timestamp: 1_763_726_401 }),
      item({ text: 'Hello' }, { sender: { id: '77' } }),
      item({ text: 'Hello' }, { recipient: { id: '9' } }),
    ]
    await handle(post({ object: 'page', entry: [{ messaging: [item(), ...others] }] }))
    const counts = async (customerId: string) => (await acme.findByOaAndCustomer({ oaId: page, customerId }))?.lastSeq
    expect([await counts(lan), await counts('77')]).toEqual([3, 1])
    expect(await store.forAccount('other').countConversations()).toBe(1)
  })

  test('belongs to nobody where nobody has the recipient, and costs its neighbours nothing', async () => {
    const { handle, reports } = await trial()
    const bad = [item({ text: 7 }), item(undefined, { recipient: {} }), 'x', item({}, { recipient: { id: lan } })]
    await handle(post({ object: 'page', entry: [{ messaging: [...bad, item(), item({ text: 'a' }, { recipient: { id: '9' } })] }] }))
    expect(reports).toMatchObject([{ outcome: 'partial', stored: 1, unknownInboxes: ['9'] }])
    expect(reports[0]?.rejected.map(({ path }) => path)).toEqual(bad.map((_, index) => `entry[0].messaging[${index}]`))
  })

  test('is refused where unsigned bodies are, and read as a channel’s where it is signed', async () => {
    const { handle, reports, everything } = await hostWithHandler()
    expect((await handle(post(guide))).status).toBe(403)
    expect((await handle(signedPost(JSON.stringify(guide)))).status).toBe(200)
    expect(reports).toMatchObject([{ outcome: 'invalid', reason: 'entry[0]: entry.id is missing' }])
    expect(messenger.normalize(body(item())).rejected).toMatchObject([{ reason: 'message.mid is missing' }])
    expect(await everything()).toEqual([[], []])
  })

  test('needs the secret of its recipient where each inbox has its own', async () => {
    const asked: (string | null)[] = []
    const host = await connectedHost()
    const secrets = (_: Request, oaId: string | null) => {
      asked.push(oaId)
      return appSecret
    }
    const handle = createWebhookHandler({
      store: host.store,
      channel: messenger,
      secrets,
      allowUnsigned: true,
      logger: heardLogger().logger,
    })
    expect((await handle(post(guide, { 'X-Hub-Signature-256': `sha256=${'0'.repeat(64)}` }))).status).toBe(403)
    expect((await handle(post(guide))).status).toBe(200)
    expect(asked).toEqual([page, page])
  })

  test('is read by ingestWebhook and for Instagram too, and changes no body that a channel sent', async () => {
    const host = await connectedHost()
    await host.acme.connectInbox({ oaId: '17', channel: 'instagram' })
    const given = { object: 'instagram', entry: [{ messaging: [item({ text: 'Hi' }, { recipient: { id: '17' } })] }] }
    expect(await ingestWebhook(host.store, instagram, given, { allowUnsigned: true })).toMatchObject({ stored: 1 })
    const sent = body(text('m_1'))
    expect(messenger.normalize(sent, { allowUnsigned: true })).toEqual(messenger.normalize(sent))
  })
})
