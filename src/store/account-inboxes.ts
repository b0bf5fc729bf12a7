import type { Inbox } from '../model/records.js'
import type { CallOptions, ConnectInboxInput, PageInput, WriteOptions } from './inputs.js'
import type { PagedList } from './paged-list.js'

/** The inboxes of one account. */
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

  /** Lists the account's inboxes by `oaId`, including the disconnected ones. */
  listInboxes(input?: PageInput, options?: CallOptions): PagedList<Inbox>
}
