import type { ChannelNormalizer } from '../normalized-webhook.js'
import { collectOnce } from '../reading/collecting.js'
import { readBody } from './body.js'

/**
 * The normalizer of WhatsApp by Evolution, to be passed to `ingestWebhook`. An inbox is the name of an instance. A
 * customer is named by their number where the body has it, and by their `@lid` otherwise. Bodies carry the key of the
 * API, which is not read. `evolution.normalize(body)` is pure and never throws.
 */
export const evolution: ChannelNormalizer = {
  channel: 'whatsapp',
  provider: 'evolution',
  normalize: (body) => collectOnce((collected) => readBody(body, collected)),
}
