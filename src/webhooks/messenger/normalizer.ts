import type { ChannelNormalizer } from '../normalized-webhook.js'
import { collect } from '../reading/collecting.js'
import { readBody } from './body.js'
import type { MessengerOptions } from './messenger-context.js'

/**
 * Messenger, to be handed to `ingestWebhook`. `messenger.normalize(body)` takes the parsed body, and is pure: it gives
 * the events of the body and writes nothing. It never throws: what it can not read is in `rejected`. `messengerWith`
 * has options.
 */
export const messenger: ChannelNormalizer = /* @__PURE__ */ messengerWith({})

/**
 * Messenger with options. It checks nothing and throws nothing; the normalizer is the same as `messenger` but for what
 * they say.
 */
export function messengerWith(options: MessengerOptions): ChannelNormalizer {
  return { channel: 'messenger', normalize: (body) => collect((collected) => readBody(body, options, collected)) }
}
