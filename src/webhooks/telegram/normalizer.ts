import { telegramProtocol } from '../protocols/telegram.js'
import type { HandledChannel } from '../protocols/webhook-protocol.js'
import { collectOnce } from '../reading/collecting.js'
import type { Secrets } from '../signatures/signed-request.js'
import { readBody } from './body.js'

/**
 * The normalizer of Telegram, to be passed to `ingestWebhook`. An update does not name its bot, so the host has to say
 * it by `oaId`. A customer is the chat with them. `telegram.normalize(update, { oaId })` is pure and never throws.
 */
export const telegram: HandledChannel<Secrets> = {
  channel: 'telegram',
  protocol: telegramProtocol,
  normalize: (body, options = {}) => collectOnce((collected) => readBody(body, options.oaId, collected)),
}
