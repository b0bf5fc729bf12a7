import type { Inbox } from '../model/inboxes.js'
import type { CallOptions, ConnectInboxInput, PageInput, RecordHistoryProgressInput, WriteOptions } from './inputs.js'
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
   * Keeps how far a channel is with sending the history of an inbox, for `listInboxes` to show. The channel's bodies
   * come in any order, so nothing moves back: the furthest phase stays with the furthest place in it, and the highest
   * progress. An error stands until the history moves on, and none is kept once the progress is 100. What is nothing
   * new changes nothing. The same step moves the inbox's pushed session, which `listSyncSessions` shows, or begins one:
   * it is completed with a progress of 100, and has failed with an error. Throws NOT_FOUND for an inbox that the
   * account never connected, and UNSUPPORTED on a standalone mongod.
   */
  recordHistoryProgress(input: RecordHistoryProgressInput, options?: WriteOptions): Promise<Inbox>

  /** Lists the account's inboxes by `oaId`, including the disconnected ones. */
  listInboxes(input?: PageInput, options?: CallOptions): PagedList<Inbox>
}
