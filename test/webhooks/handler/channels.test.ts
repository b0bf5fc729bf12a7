import { expect, test } from 'vitest'
import {
  createWebhookHandler,
  dialog360,
  evolution,
  instagram,
  messenger,
  telegram,
  twilio,
  type WebhookHandler,
  whatsapp,
  widget,
  zalo,
} from '../../../src/webhooks/index.js'
import { type Vector, vectors } from '../signatures/vectors.js'
import { hostWithHandler, signedPost } from './signed-post.js'

type Host = Awaited<ReturnType<typeof hostWithHandler>>

/** The handler of each scheme's channel, with the secrets of a vector. */
const handlers: Readonly<Record<string, (host: Host, vector: Vector) => WebhookHandler>> = {
  meta: (host, { secret }) => createWebhookHandler({ ...host, channel: messenger, secrets: secret }),
  dialog360: (host, { secret }) => createWebhookHandler({ ...host, channel: dialog360, secrets: secret }),
  telegram: (host, { secret }) => createWebhookHandler({ ...host, channel: telegram, secrets: secret, inbox: () => 'bot' }),
  zalo: (host, { secret, appId = '' }) => createWebhookHandler({ ...host, channel: zalo, secrets: { oaSecretKey: secret, appId } }),
  evolution_jwt: (host, { secret, now = '' }) =>
    createWebhookHandler({ ...host, channel: evolution, secrets: { jwtKey: secret, now: () => new Date(now) } }),
  twilio_form: (host, { secret, url = '' }) => createWebhookHandler({ ...host, channel: twilio, secrets: secret, publicUrl: () => url }),
  twilio_json: (host, { secret, url = '' }) =>
    createWebhookHandler({ ...host, channel: twilio, secrets: { authToken: secret }, publicUrl: () => url }),
  twilio_hmac_sha256: (host, { secret, authToken, url = '' }) =>
    createWebhookHandler({ ...host, channel: twilio, secrets: { sharedKey: secret, authToken }, publicUrl: () => url }),
}

function post({ rawBody, headers }: Pick<Vector, 'rawBody' | 'headers'>): Request {
  const isJson = /^[[{]/.test(rawBody)
  const type = isJson ? 'application/json' : 'application/x-www-form-urlencoded'
  return new Request('http://10.0.0.7:3000/webhook', { method: 'POST', body: rawBody, headers: { 'Content-Type': type, ...headers } })
}

test.each(vectors.map(([scheme, vector]) => ({ scheme, vector, title: `${scheme}: ${vector.name}` })))(
  'its own channel takes or refuses $title',
  async ({ scheme, vector }) => {
    const host = await hostWithHandler()
    const handle = handlers[scheme]?.(host, vector)
    expect((await handle?.(post(vector)))?.status).toBe(vector.valid ? 200 : 403)
  },
)

test('a channel without a vector of its own takes and refuses as well', async () => {
  const host = await hostWithHandler()
  for (const channel of [instagram, whatsapp]) {
    const handle = createWebhookHandler({ ...host, channel, secrets: ['next', 'now'] })
    expect((await handle(signedPost('{}', { secret: 'now' }))).status).toBe(200)
    expect((await handle(signedPost('{}', { secret: 'then' }))).status).toBe(403)
  }
  const handle = createWebhookHandler({ ...host, channel: widget, secrets: { header: 'X-Site-Key', value: 'key' }, inbox: () => 'site' })
  expect((await handle(post({ rawBody: '{}', headers: { 'x-site-key': 'key' } }))).status).toBe(200)
  expect((await handle(post({ rawBody: '{}', headers: { 'x-site-key': 'another' } }))).status).toBe(403)
})
