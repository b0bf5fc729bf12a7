import type { EventInput } from '../model/event-inputs.js'

/** Turns the body that a channel posts into events. Pure: it reads no clock, no store and no network. */
export interface ChannelNormalizer {
  /** What inboxes of it are connected as: `connectInbox({ channel })`. */
  readonly channel: string
  /** Takes the parsed body, whatever it is, and never throws. */
  normalize(body: unknown): NormalizedWebhook
}

export interface NormalizedWebhook {
  /**
   * `events`: all of it was understood. `partial`: some items were refused, the others are here. `ignored`: nothing in it concerns a
   * conversation. `invalid`: nothing in it can be used. All four are answered with 200: the channel would send the same body again.
   */
  readonly outcome: 'events' | 'partial' | 'ignored' | 'invalid'
  /** Why there is less than `events`. Names fields, never their content. */
  readonly reason: string | null
  /** In the order of the body. */
  readonly items: readonly NormalizedItem[]
  readonly rejected: readonly RejectedItem[]
}

/** One event of one customer. */
export interface NormalizedItem {
  /** Where in the body it stood, e.g. `entry[0].messaging[2]`. */
  readonly path: string
  readonly oaId: string
  readonly customerId: string
  readonly event: EventInput
  /** Another app has the thread; this one is only told of it. Stored all the same. */
  readonly standby: boolean
}

/** An item that can not be used. `reason` names fields, never their content. */
export interface RejectedItem {
  readonly path: string
  readonly reason: string
}
