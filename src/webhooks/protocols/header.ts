import { type HeaderSecret, headerSignature } from '../signatures/header.js'
import type { WebhookProtocol } from './webhook-protocol.js'

/** Webhooks that bear a header of the host's own choice, such as those of a site's chat widget. */
export const headerProtocol: WebhookProtocol<HeaderSecret> = {
  verify: headerSignature,
  answer: null,
  contentTypes: ['application/json'],
  challenge: false,
}
