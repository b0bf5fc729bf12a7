import { metaProtocol } from '../protocols/meta.js'
import type { HandledChannel } from '../protocols/webhook-protocol.js'
import { collectOnce } from '../reading/collecting.js'
import { readCloudBody } from '../reading/whatsapp/cloud-body.js'
import type { Secrets } from '../signatures/signed-request.js'

const provider = 'whatsapp_cloud'

/**
 * The normalizer of WhatsApp's Cloud API, to be passed to `ingestWebhook`. An inbox is a phone number id. Items name a
 * customer by all ids that the body gives of them. `whatsapp.normalize(body)` is pure and never throws.
 */
export const whatsapp: HandledChannel<Secrets> = {
  channel: 'whatsapp',
  protocol: metaProtocol,
  provider,
  normalize: (body) => collectOnce((collected) => readCloudBody(body, { provider }, collected)),
}
