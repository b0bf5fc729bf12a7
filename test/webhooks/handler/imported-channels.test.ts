import { describe, expect, test } from 'vitest'
import { createWebhookHandler, headerProtocol, telegram, whatsapp, zalo } from '../../../src/webhooks/index.js'
import { connectedHost } from '../connected-host.js'
import { heardLogger } from './signed-post.js'

const address = 'https://hooks.example.test/webhook'

async function host() {
  return { ...(await connectedHost()), ...heardLogger() }
}

function post(body: object, headers: Record<string, string>): Request {
  return new Request(address, { method: 'POST', body: JSON.stringify(body), headers: { 'Content-Type': 'application/json', ...headers } })
}

describe('a handler of an imported channel', () => {
  test('stores what a body that names no inbox says in the inbox of the route', async () => {
    const { acme, store, logger } = await host()
    await acme.connectInbox({ oaId: 'bot_a', channel: 'telegram' })
    const handle = createWebhookHandler({ store, logger, channel: telegram, inbox: () => 'bot_a', secrets: 'token' })
    const person = { id: 4512, is_bot: false, first_name: 'Lan' }
    const message = { message_id: 7, from: person, chat: { id: 4512, type: 'private', first_name: 'Lan' }, date: 1_790_000_000, text: 'hi' }
    const update = { update_id: 1, message }
    expect((await handle(post(update, { 'X-Telegram-Bot-Api-Secret-Token': 'other' }))).status).toBe(403)
    expect(await acme.findByOaAndCustomer({ oaId: 'bot_a', customerId: '4512' })).toBeNull()
    expect((await handle(post(update, { 'X-Telegram-Bot-Api-Secret-Token': 'token' }))).status).toBe(200)
    expect(await acme.findByOaAndCustomer({ oaId: 'bot_a', customerId: '4512' })).toMatchObject({ lastMessagePreview: 'hi' })
  })

  test('passes on what ingesting may be told', async () => {
    const { acme, store, logger } = await host()
    await acme.connectInbox({ oaId: '106540352242922', channel: 'whatsapp' })
    const handle = createWebhookHandler({ store, logger, channel: whatsapp, allowUnsigned: true, opens: 'closed' })
    const message = { from: '84900000221', id: 'wamid.H1', timestamp: '1790000200', type: 'text', text: { body: 'hi' } }
    const history = [{ metadata: { phase: 0, chunk_order: 1, progress: 100 }, threads: [{ id: '84900000221', messages: [message] }] }]
    const metadata = { display_phone_number: '15550783881', phone_number_id: '106540352242922' }
    const changes = [{ field: 'history', value: { messaging_product: 'whatsapp', metadata, history } }]
    expect((await handle(post({ object: 'whatsapp_business_account', entry: [{ id: '1', changes }] }, {}))).status).toBe(200)
    const { items } = await acme.listConversations({ limit: 9 })
    expect(items).toMatchObject([{ oaId: '106540352242922', status: 'closed' }])
  })

  test('checks a body whose two ids may both be the inbox under the secret of each that has one', async () => {
    const { store, logger } = await host()
    const secrets = new Map(['account', 'another account'].map((oaId) => [oaId, { header: 'x-secret', value: `secret of ${oaId}` }]))
    const handle = createWebhookHandler({
      store,
      logger,
      channel: { ...zalo, protocol: headerProtocol },
      secrets: (_, oaId) => secrets.get(oaId ?? ''),
    })
    const received = (sender: string, recipient: string) => ({
      ...{ event_name: 'user_received_message', app_id: '1', timestamp: '1751100041636', message: { msg_id: 'm1' } },
      ...{ sender: { id: sender }, recipient: { id: recipient } },
    })
    const status = async (sender: string, recipient: string, secret: string) =>
      (await handle(post(received(sender, recipient), { 'x-secret': secret }))).status
    expect(await status('customer', 'account', 'secret of account')).toBe(200)
    expect(await status('account', 'customer', 'secret of account')).toBe(200)
    expect(await status('account', 'customer', 'secret of another account')).toBe(403)
    expect(await status('account', 'another account', 'secret of account')).toBe(403)
    expect(await status('customer', 'nobody', 'secret of account')).toBe(403)
  })
})
