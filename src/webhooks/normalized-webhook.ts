import type { EventInput } from '../model/event-inputs.js'

/**
 * Turns the body that a channel posts into events. A host imports the normalizer of each channel that it uses
 * (`messenger`), or writes its own, and passes it to `ingestWebhook`.
 */
export interface ChannelNormalizer {
  /** The channel with which its inboxes are connected: `connectInbox({ channel })`. */
  readonly channel: string
  /**
   * Takes the parsed body, whatever it is. It is pure: it reads no clock, no store and no network, and it does not
   * change the body. The same body gives the same result, so a body that is sent again makes no second event.
   *
   * It never throws on a JSON value. A bad item goes into `rejected` and does not affect the other items, which go into
   * `items`. If a normalizer throws all the same, `ingestWebhook` throws its error before anything is written.
   */
  normalize(body: unknown): NormalizedWebhook
}

/** What one body says. Every part of the body that was looked at is in `items`, in `ignored` or in `rejected`. */
export interface NormalizedWebhook {
  /**
   * `events`: there are items, and nothing was rejected. `partial`: there are items, and something was rejected.
   * `ignored`: there are no items, and nothing was rejected. `invalid`: there are no items, and something was rejected.
   * The host answers all four with 200, because otherwise the channel would send the same body again.
   */
  readonly outcome: 'events' | 'partial' | 'ignored' | 'invalid'
  /** Why the outcome is not `events`; null when it is. It names fields, never their content. */
  readonly reason: string | null
  /** What concerns a conversation, in the order of the body. One element of the body may give several items. */
  readonly items: readonly NormalizedItem[]
  /** What concerns no conversation, whether its kind is known or not. Nothing is lost with it. */
  readonly ignored: readonly IgnoredItem[]
  /** What should have been an item and cannot be used. The host should report this loss. */
  readonly rejected: readonly RejectedItem[]
}

/** One event of one customer. */
export interface NormalizedItem {
  /** Where it stood in the body, e.g. `entry[0].messaging[2]`. */
  readonly path: string
  /** The inbox on the channel: a page or a phone number id. `findInboxOwner` finds its account. */
  readonly oaId: string
  readonly customerId: string
  readonly event: EventInput
  /** True when another app controls the thread and this one only gets a copy. The event is stored all the same. */
  readonly standby: boolean
}

/** A part of the body that concerns no conversation. `reason` names the kind or the field, never its content. */
export interface IgnoredItem {
  readonly path: string
  readonly reason: string
}

/** A part of the body that cannot be used. `reason` names fields, never their content. */
export interface RejectedItem {
  readonly path: string
  readonly reason: string
}
