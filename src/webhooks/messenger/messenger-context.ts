import type { ItemContext } from '../reading/item-context.js'

export interface MessengerOptions {
  /**
   * Finds the host's own id of a reply in the `metadata` that the host gave to the Send API, so that the echo meets the
   * reply even when it comes before `message_sent`. Default: none is read. An echo in which it throws is rejected.
   */
  readonly localIdFromEcho?: (metadata: string) => string | null
}

export type MessengerContext = ItemContext & MessengerOptions
