import type { ItemContext } from '../item-context.js'

export interface MessengerOptions {
  /**
   * Returns the host's own id of a reply, found in the `metadata` that the host gave to the Send API. With it the echo
   * finds the reply even when the echo comes before `message_sent`. Default: no id is read. If it throws, the echo is
   * rejected.
   */
  readonly localIdFromEcho?: (metadata: string) => string | null
}

export type MessengerContext = ItemContext & MessengerOptions
