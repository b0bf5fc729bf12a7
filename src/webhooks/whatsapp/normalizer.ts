import type { ChannelNormalizer } from '../normalized-webhook.js'
import { collectOnce } from '../reading/collecting.js'
import { readCloudBody } from '../reading/whatsapp/cloud-body.js'

const provider = 'whatsapp_cloud'

/**
 * The normalizer of WhatsApp's Cloud API, to be passed to `ingestWebhook`. An inbox is a phone number id. Items name a
 * customer by all ids that the body gives of them. `whatsapp.normalize(body)` is pure and never throws.
 */
export const whatsapp: ChannelNormalizer = {
  channel: 'whatsapp',
  provider,
  normalize: (body) => collectOnce((collected) => readCloudBody(body, { provider }, collected)),
}
