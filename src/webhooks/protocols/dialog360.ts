import { dialog360Signature } from '../signatures/dialog360.js'
import type { HeaderSecret } from '../signatures/header.js'
import type { Secrets } from '../signatures/signed-request.js'
import type { WebhookProtocol } from './webhook-protocol.js'

/** The webhooks of WhatsApp by 360dialog. */
export const dialog360Protocol: WebhookProtocol<Secrets | HeaderSecret> = {
  verify: dialog360Signature,
  answer: null,
  contentTypes: ['application/json'],
  challenge: false,
}
