import type { ItemContext } from '../item-context.js'

export interface MessengerOptions {
  /**
   * Returns the host's own id of a reply, found in the `metadata` that the host gave to the Send API. With it the echo
   * finds the reply even when the echo comes before `message_sent`. Default: no id is read. If it throws, the echo is
   * rejected.
   */
  readonly localIdFromEcho?: (metadata: string) => string | null
}

/** What is read, and how. */
export interface MessagingReading extends MessengerOptions {
  /** Whether bodies are taken that somebody wrote by hand, as `NormalizeOptions` says. */
  readonly allowUnsigned: boolean
}

export type MessengerContext = ItemContext & MessagingReading & { readonly customerId: string }
