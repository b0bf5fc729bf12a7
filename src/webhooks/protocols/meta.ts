import { metaSignature } from '../signatures/meta.js'
import type { Secrets } from '../signatures/signed-request.js'
import type { WebhookProtocol } from './webhook-protocol.js'

/** The webhooks of Messenger, of Instagram and of WhatsApp's Cloud API. */
export const metaProtocol: WebhookProtocol<Secrets> = {
  verify: metaSignature,
  answer: { contentType: 'application/json', body: '{"status":"EVENT_RECEIVED"}' },
  contentTypes: ['application/json'],
  challenge: true,
}
