import type { EventInput } from '../model/event-inputs.js'

/**
 * Turns the body that a channel posts into events. A host imports the normalizer of each channel that it takes
 * (`messenger`), or writes its own, and hands it to `ingestWebhook`.
 */
export interface ChannelNormalizer {
  /** The channel as which its inboxes are connected: `connectInbox({ channel })`. */
  readonly channel: string
  /**
   * Takes the parsed body, whatever it is. It is pure: it reads no clock, no store and no network, it leaves the body
   * as it is, and the same body gives the same result, so that a body that comes again makes no second event.
   *
   * It never throws on a JSON value, and a bad item costs none of its neighbours: it stands in `rejected`, and they in
   * `items`. What a normalizer throws all the same passes through `ingestWebhook` before anything is written.
   */
  normalize(body: unknown): NormalizedWebhook
}

/** What one body says. Every part of the body that was looked at is in `items`, in `ignored` or in `rejected`. */
export interface NormalizedWebhook {
  /**
   * `events`: there are items, and nothing was rejected. `partial`: there are items, and something was rejected.
   * `ignored`: there are no items, and nothing was rejected. `invalid`: there are no items, and something was rejected.
   * All four are answered with 200: the channel would send the same body again.
   */
  readonly outcome: 'events' | 'partial' | 'ignored' | 'invalid'
  /** Why there is less than `events`; null for `events`. It names fields, never their content. */
  readonly reason: string | null
  /** What concerns a conversation, in the order of the body. One element of the body may give several. */
  readonly items: readonly NormalizedItem[]
  /** What was understood, or is of an unknown kind, and concerns no conversation. Nothing is lost with it. */
  readonly ignored: readonly IgnoredItem[]
  /** What should have been an item and can not be used: the loss that the host should hear of. */
  readonly rejected: readonly RejectedItem[]
}

/** One event of one customer. */
export interface NormalizedItem {
  /** Where in the body it stood, e.g. `entry[0].messaging[2]`. */
  readonly path: string
  /** The inbox of the channel: a page, a phone number id. `findInboxOwner` names its account. */
  readonly oaId: string
  readonly customerId: string
  readonly event: EventInput
  /** Another app has the thread, and this one is only told of it. It is stored all the same. */
  readonly standby: boolean
}

/** A part of the body that concerns no conversation. `reason` names the kind or the field, never its content. */
export interface IgnoredItem {
  readonly path: string
  readonly reason: string
}

/** A part of the body that can not be used. `reason` names fields, never their content. */
export interface RejectedItem {
  readonly path: string
  readonly reason: string
}
