import type { Inbox } from '../model/inboxes.js'
import type { CallOptions, ConnectInboxInput, PageInput, RecordHistoryProgressInput, RedirectInboxInput, WriteOptions } from './inputs.js'
import type { PagedList } from './paged-list.js'

/** The inboxes of an account. */
export interface AccountInboxes {
  /**
   * Connects an inbox, or patches the one that is connected. Only one account at a time owns a channel identity. Throws
   * INBOX_ALREADY_CONNECTED (another account has it), INBOX_CHANNEL_MISMATCH (this account has the `oaId` on another
   * channel), and UNSUPPORTED on a standalone mongod.
   */
  connectInbox(input: ConnectInboxInput, options?: WriteOptions): Promise<Inbox>

  /**
   * Disconnects an inbox: the account gives up the channel identity and keeps the history. Disconnecting it twice is no
   * error. Throws NOT_FOUND, and UNSUPPORTED on a standalone mongod.
   */
  disconnectInbox(input: { readonly oaId: string }, options?: WriteOptions): Promise<Inbox>

  /**
   * Lets what comes to an inbox land in another inbox of the account from now on, or in itself again (`to: null`).
   * Whoever the inbox knows by one of the ids that a call names stays there with all that comes, until a migration
   * moves them. What comes for anybody else is written as if the call had named `to`: a message opens a conversation
   * there, or joins the one that the customer has there; receipts, edits, deletions, reactions and watermarks find
   * their messages there; what waits, waits there. The answer has `redirectedTo` then, and the conversation's `oaId` is
   * that inbox. A `channel` that the call gives is left out if it is the named inbox's.
   *
   * It holds for all writes that name an inbox (single, bulk, of webhooks and of syncs), for `applyReceipt` and
   * `linkCustomerIds`, and for what names a conversation, a contact or a message by `oaId` and `customerId`, except
   * `mergeConversations` and `mergeContacts`. Lists and counts of an inbox show what it holds, and do not follow.
   * A call that has named the inbox twice for one customer is written to one place.
   *
   * One step leads on: an inbox that redirects is no destination, and a destination does not redirect. To name the same
   * `to` again changes nothing. Throws NOT_FOUND (either was never connected), REDIRECT_REFUSED, and UNSUPPORTED on a
   * standalone mongod.
   */
  redirectInbox(input: RedirectInboxInput, options?: WriteOptions): Promise<Inbox>

  /**
   * Keeps how far a channel is with sending the history of an inbox, for `listInboxes` to show. The channel's bodies
   * come in any order, so nothing moves back: the furthest phase stays with the furthest place in it, and the highest
   * progress. An error stands until the history moves on, and none is kept once the progress is 100. What is nothing
   * new changes nothing of the inbox. The same step moves the inbox's pushed session, which `listSyncSessions` shows,
   * or begins one: it is completed with a progress of 100, and has failed with an error. What is nothing new begins
   * none; an unfinished one gets a new deadline by it. Either way the session counts what the body `brought`. Throws
   * NOT_FOUND for an inbox that the account never connected, and UNSUPPORTED on a standalone mongod.
   */
  recordHistoryProgress(input: RecordHistoryProgressInput, options?: WriteOptions): Promise<Inbox>

  /** Lists the account's inboxes by `oaId`, including the disconnected ones. */
  listInboxes(input?: PageInput, options?: CallOptions): PagedList<Inbox>
}
