import { metaProtocol } from '../protocols/meta.js'
import type { HandledChannel } from '../protocols/webhook-protocol.js'
import { collect } from '../reading/collecting.js'
import { readBody } from '../reading/messaging/body.js'
import type { MessengerOptions } from '../reading/messaging/messaging-context.js'
import type { Secrets } from '../signatures/signed-request.js'

/**
 * The normalizer of Messenger, to be passed to `ingestWebhook`. `messenger.normalize(body)` takes the parsed body and
 * is pure: it returns the events of the body and writes nothing. It never throws. `rejected` lists what it cannot read.
 * To set options, use `messengerWith`.
 */
export const messenger: HandledChannel<Secrets> = /* @__PURE__ */ messengerWith({})

/**
 * Makes a Messenger normalizer with options. It checks nothing and throws nothing. The normalizer is the same as
 * `messenger`, except for what the options say.
 */
export function messengerWith(options: MessengerOptions): HandledChannel<Secrets> {
  return {
    channel: 'messenger',
    protocol: metaProtocol,
    normalize: (body, { allowUnsigned = false } = {}) =>
      collect((collected) => readBody(body, 'page', { ...options, allowUnsigned }, collected)),
  }
}
