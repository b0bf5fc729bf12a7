import { headerProtocol } from '../protocols/header.js'
import type { HandledChannel } from '../protocols/webhook-protocol.js'
import { collectOnce } from '../reading/collecting.js'
import type { HeaderSecret } from '../signatures/header.js'
import { readBody } from './body.js'

/**
 * The normalizer of a site's chat widget, to be passed to `ingestWebhook`. The form of its bodies is the library's own,
 * and docs/webhooks/channels.md has it. A widget runs on the visitor's machine, so it can only say what the visitor
 * did: nothing in a body makes a message an outbound one. `widget.normalize(body)` is pure and never throws.
 */
export const widget: HandledChannel<HeaderSecret> = {
  channel: 'widget',
  protocol: headerProtocol,
  normalize: (body, options = {}) => collectOnce((collected) => readBody(body, options.oaId, collected)),
}
