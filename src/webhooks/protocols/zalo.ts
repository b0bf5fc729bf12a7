import type { Secrets } from '../signatures/signed-request.js'
import { type ZaloSecrets, zaloSignature } from '../signatures/zalo.js'
import type { WebhookProtocol } from './webhook-protocol.js'

/** The webhooks of a Zalo Official Account. */
export const zaloProtocol: WebhookProtocol<Secrets | ZaloSecrets> = {
  verify: zaloSignature,
  answer: null,
  contentTypes: ['application/json'],
  challenge: false,
}
