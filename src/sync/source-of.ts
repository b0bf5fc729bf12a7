import type { HistorySource } from './source.js'

/** Whose history is to be read. */
export interface AskedSource {
  readonly accountId: string
  readonly oaId: string
  /** The host's own id of the page, where a request names one beside the inbox's. */
  readonly pageId: string | null
}

/**
 * Gives the source of an inbox's history, such as `graphHistory` with the inbox's token. Null: this account has no such
 * inbox. It is what keeps one account from reading another's page, so it looks the inbox up among the account's own.
 */
export type SourceOf = (asked: AskedSource) => HistorySource | null | Promise<HistorySource | null>
