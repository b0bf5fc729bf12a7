import { metaProtocol } from '../protocols/meta.js'
import type { HandledChannel } from '../protocols/webhook-protocol.js'
import { collectOnce } from '../reading/collecting.js'
import { readBody } from '../reading/messaging/body.js'
import type { MessengerOptions } from '../reading/messaging/messaging-context.js'
import type { Secrets } from '../signatures/signed-request.js'

/**
 * The normalizer of Instagram, to be passed to `ingestWebhook`. An inbox is the id that stands as `entry.id`: with
 * Instagram Login that is what `/me` calls `user_id`, and not its `id`. `instagram.normalize(body)` is pure and never
 * throws. To set options, use `instagramWith`.
 */
export const instagram: HandledChannel<Secrets> = /* @__PURE__ */ instagramWith({})

/** Makes an Instagram normalizer with options, which are those of Messenger. */
export function instagramWith(options: MessengerOptions): HandledChannel<Secrets> {
  return {
    channel: 'instagram',
    protocol: metaProtocol,
    normalize: (body, { allowUnsigned = false } = {}) =>
      collectOnce((collected) => readBody(body, 'instagram', { ...options, allowUnsigned }, collected)),
  }
}
