import type { Secrets } from '../signatures/signed-request.js'
import { telegramSignature } from '../signatures/telegram.js'
import type { WebhookProtocol } from './webhook-protocol.js'

/** The webhooks of a Telegram bot. Nothing is answered: what is answered to Telegram is taken as a call of its API. */
export const telegramProtocol: WebhookProtocol<Secrets> = {
  verify: telegramSignature,
  answer: null,
  contentTypes: ['application/json'],
  challenge: false,
}
