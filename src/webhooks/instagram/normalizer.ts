import type { ChannelNormalizer } from '../normalized-webhook.js'
import { collectOnce } from '../reading/collecting.js'
import { readBody } from '../reading/messaging/body.js'
import type { MessengerOptions } from '../reading/messaging/messaging-context.js'

/**
 * The normalizer of Instagram, to be passed to `ingestWebhook`. An inbox is the id that stands as `entry.id`: with
 * Instagram Login that is what `/me` calls `user_id`, and not its `id`. `instagram.normalize(body)` is pure and never
 * throws. To set options, use `instagramWith`.
 */
export const instagram: ChannelNormalizer = /* @__PURE__ */ instagramWith({})

/** Makes an Instagram normalizer with options, which are those of Messenger. */
export function instagramWith(options: MessengerOptions): ChannelNormalizer {
  return { channel: 'instagram', normalize: (body) => collectOnce((collected) => readBody(body, 'instagram', options, collected)) }
}
