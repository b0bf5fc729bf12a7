import type { EventInput } from '../model/event-inputs.js'
import type { CustomerIdentity } from '../model/identities.js'
import type { Channel } from '../model/records.js'

/**
 * Where the past of an inbox comes from, page by page: a channel's API (`graphHistory`), an export, or a source of the
 * host's own. A source only reads. It knows no store, no account and no session; whoever reads it writes the page and
 * keeps the cursor, in one step.
 */
export interface HistorySource {
  /** What errors and logs call it, e.g. `graph.facebook.com`. It holds no secret. */
  readonly name: string
  /** The channel of its conversations. Left out where the inbox decides. */
  readonly channel?: Channel
  /**
   * The order of its conversations. `updated-desc`: the one that changed last comes first, so a conversation that gets
   * a message while the list is read moves to the head, past the reader. A reader therefore reads the head again, and
   * may stop at what was read completely before. `none`: any other order. Such a source is read to its end, and must
   * not move what the reader has not come to yet to where it has been.
   */
  readonly order: 'updated-desc' | 'none'
  /**
   * Gives the pages from a cursor on, one after the other, until there is none.
   *
   * - **The same cursor can be read again**, by another process too. It gives what it gave before or, if the list has
   *   moved since, at least what stands there now. No page is lost by it, and one that comes twice does no harm.
   * - **A page is complete when it is given**, and nothing of it is given with a later cursor. A conversation may go
   *   over several pages, and may come again with other messages.
   * - **A page may be empty** and still not be the last. Only a cursor of null ends the list.
   * - **A bad item costs none of its neighbours.** It is left out, and told in `invalid` or `unreadable`.
   * - **Nothing is read ahead**: the next page is asked for when the reader asks for it.
   *
   * Throws `SOURCE_UNAUTHORIZED` and `SOURCE_UNAVAILABLE`, whose `retryable` says whether the same cursor may be read
   * again later, and whose `attempts` above 1 say that the source itself has asked again, so that `syncConversations`
   * does not. It throws `VALIDATION_FAILED` for a cursor that is none of its own. Once the signal is aborted, also in
   * the middle of a pause, it throws `ABORTED` or the signal's own reason. Pages that were given before stay good.
   */
  pages(options: ReadPagesOptions): AsyncIterable<HistoryPage>
}

export interface ReadPagesOptions {
  /** Where to go on: the `cursor` of the last page that was written. Null begins at the first page. */
  readonly cursor: string | null
  readonly signal?: AbortSignal
  /**
   * What is older was read completely before. A source in the order `updated-desc` may end after a page all of whose
   * conversations are older, and leave out older messages of a long conversation. Others ignore it.
   */
  readonly since?: Date
}

/**
 * One page. It fits into one call of `bulkUpsertConversationsWithEvents`: at most 1,000 conversations, 5,000 events and
 * 16 MiB, and no event that the store would refuse.
 */
export interface HistoryPage {
  readonly conversations: readonly HistoryConversation[]
  /** Continues after this page. An opaque text that holds no secret, and null after the last page. */
  readonly cursor: string | null
  /** What should have been a conversation, a message or a reaction and cannot be used. */
  readonly invalid: readonly LeftOut[]
  /** What there is and the source does not let be read. It says nothing of what the store has of it already. */
  readonly unreadable: readonly LeftOut[]
}

/** What a page has of one customer. */
export interface HistoryConversation {
  readonly customerId: string
  /** All ids by which the source names this customer, `customerId` among them, where it has more than one. */
  readonly identities?: readonly CustomerIdentity[]
  readonly customerName?: string
  readonly customerUsername?: string
  /** When the conversation changed last, as the source's list says. Null where it does not say so. */
  readonly updatedAt: Date | null
  /**
   * What happened, the oldest first, with the source's own ids and times, for a write with `history: true`. A reaction
   * stands after its message.
   */
  readonly events: readonly EventInput[]
}

/** Something that a page could not give. */
export interface LeftOut {
  readonly what: 'conversation' | 'participant' | 'message' | 'reaction'
  /** Where it stood in the source's answer, e.g. `data[3].messages.data[0]`. */
  readonly path: string
  /** Names fields, never their content. */
  readonly reason: string
  /** How many of them at least. */
  readonly count: number
}
