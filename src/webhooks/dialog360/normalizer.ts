import { dialog360Protocol } from '../protocols/dialog360.js'
import type { HandledChannel } from '../protocols/webhook-protocol.js'
import { collectOnce } from '../reading/collecting.js'
import type { HeaderSecret } from '../signatures/header.js'
import type { Secrets } from '../signatures/signed-request.js'
import { readBody } from './body.js'

const provider = '360dialog'

/**
 * The normalizer of WhatsApp by 360dialog, to be passed to `ingestWebhook`. It reads the Cloud API's form, the form of
 * an on-premise client, which names no inbox and needs `oaId`, and the history of the partner webhook.
 */
export const dialog360: HandledChannel<Secrets | HeaderSecret> = {
  channel: 'whatsapp',
  protocol: dialog360Protocol,
  provider,
  normalize: (body, options = {}) => collectOnce((collected) => readBody(body, { provider, oaId: options.oaId }, collected)),
}
