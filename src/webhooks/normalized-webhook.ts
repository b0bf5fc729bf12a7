import type { EventInput } from '../model/event-inputs.js'
import type { CustomerIdentity } from '../model/identities.js'

/**
 * Turns the body that a channel posts into events. A host imports the normalizer of each channel that it uses
 * (`messenger`), or writes its own, and passes it to `ingestWebhook`.
 */
export interface ChannelNormalizer {
  /** The channel with which its inboxes are connected: `connectInbox({ channel })`. An item may name another one. */
  readonly channel: string
  /** Who carries the channel, where several do: `whatsapp_cloud`, `360dialog`, `twilio`, `evolution`. */
  readonly provider?: string
  /** Parses the text of a body that is not JSON, such as a form. Without it the text is parsed as JSON. */
  parseText?(text: string): unknown
  /**
   * Takes the parsed body, whatever it is. It is pure: it reads no clock, no store and no network, and it does not
   * change the body. The same body gives the same result, so a body that is sent again makes no second event.
   *
   * It never throws on a JSON value. A bad item goes into `rejected` and does not affect the other items, which go into
   * `items`. If a normalizer throws all the same, `ingestWebhook` throws its error before anything is written.
   */
  normalize(body: unknown, options?: NormalizeOptions): NormalizedWebhook
}

export interface NormalizeOptions {
  /**
   * The inbox to which the channel posted the body, as the host knows it from its route. Channels whose bodies name no
   * inbox need it (Telegram, 360dialog on-premise, a status of Twilio without numbers). For Zalo it tells which of the
   * two ids of an item is the inbox. Where a body names its inbox, that one counts.
   */
  readonly oaId?: string
  /**
   * True where the host takes bodies that nobody signed. Messenger and Instagram then read what a guide's `curl` posts,
   * and no channel does: an item whose entry has no id belongs to the inbox that is its recipient, and a message
   * without a `mid` has an id made of its content, so that the same body is one message when it comes again. An item
   * may also stand alone, without its envelope. Other channels' bodies are read as ever.
   */
  readonly allowUnsigned?: boolean
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
  /**
   * True when parts of the body were rejected because it names no inbox, and no `oaId` was given. That is the host's
   * mistake, so `ingestWebhook` throws VALIDATION_FAILED, and the channel sends the body again.
   */
  readonly needsOaId?: boolean
  /** How far the channel is with sending the history of an inbox. Left out where the body does not say it. */
  readonly historyProgress?: readonly HistoryProgress[]
}

/** How far a channel says it is with sending the history of an inbox. */
export interface HistoryProgress {
  readonly oaId: string
  /** The part of the past that is being sent. WhatsApp: 0 is the last day, 1 the 90 days before, 2 up to 180 days. */
  readonly phase: number | null
  /** The place of this body in the phase. Bodies come in any order. */
  readonly chunkOrder: number | null
  /** In percent of everything. */
  readonly progress: number | null
  /** The channel's code for why it sends nothing, such as 2593109 where a business does not share its history. */
  readonly errorCode?: string
  /** The number that WhatsApp displays for the inbox, as at an item. */
  readonly displayPhone?: string
}

/** One event of one customer. */
export interface NormalizedItem {
  /** Where it stood in the body, e.g. `entry[0].messaging[2]`. */
  readonly path: string
  /** The inbox on the channel: a page or a phone number id. `findInboxOwner` finds its account. */
  readonly oaId: string
  /** Null only with a receipt whose body names no customer. Its message is then looked for in the whole inbox. */
  readonly customerId: string | null
  readonly event: EventInput
  /** The item's channel, where it is not the one of its normalizer: Twilio carries `sms` and `whatsapp`. */
  readonly channel?: string
  /** Who carried it, where a channel has several providers. */
  readonly provider?: string
  /**
   * The number that WhatsApp displays for the inbox, as the body says it. A host with a database for each tenant may
   * find the tenant by it.
   */
  readonly displayPhone?: string
  /** All ids by which the body names this customer, `customerId` among them, each with its kind. */
  readonly identities?: readonly CustomerIdentity[]
  /** What the channel calls the customer, where the customer is the sender and the body says it. */
  readonly customerName?: string
  /** True when it happened before the host listened, and is brought in now. The event says so too, if its type can. */
  readonly history?: boolean
  /**
   * What else the inbox and the customer could be, for channels that do not say surely which is which, or by which id
   * the inbox is connected. It counts when no account has connected `oaId`, and one has connected this one.
   */
  readonly otherwise?: { readonly oaId: string; readonly customerId: string | null }
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
