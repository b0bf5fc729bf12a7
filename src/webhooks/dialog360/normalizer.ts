import type { ChannelNormalizer } from '../normalized-webhook.js'
import { collectOnce } from '../reading/collecting.js'
import { readBody } from './body.js'

const provider = '360dialog'

/**
 * The normalizer of WhatsApp by 360dialog, to be passed to `ingestWebhook`. It reads the Cloud API's form, the form of
 * an on-premise client, which names no inbox and needs `oaId`, and the history of the partner webhook.
 */
export const dialog360: ChannelNormalizer = {
  channel: 'whatsapp',
  provider,
  normalize: (body, options = {}) => collectOnce((collected) => readBody(body, { provider, oaId: options.oaId }, collected)),
}
