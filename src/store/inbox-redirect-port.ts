import type { Inbox } from '../model/inboxes.js'
import type { Scoped, WriteStamp } from './call-stamps.js'

export interface RedirectInbox extends WriteStamp {
  readonly oaId: string
  /** Never `oaId` itself. */
  readonly to: string | null
}

export interface FindInboxRedirect extends Scoped {
  readonly oaId: string
  /** Null asks only whether the inbox redirects. */
  readonly customerId: string | null
}

/** The operations of redirects of inboxes. */
export interface InboxRedirectOperations {
  /**
   * Lets what comes to an inbox land in another one, or in itself again. It locks both inboxes in the order of their
   * `oaId`, so that of two calls which would make a chain or a circle one is refused, and it waits for the calls that
   * make a customer known to the inbox. Throws NOT_FOUND, REDIRECT_REFUSED, COMMIT_OUTCOME_UNKNOWN, UNSUPPORTED.
   */
  redirectInbox(input: RedirectInbox): Promise<Inbox>
  /**
   * Where the inbox sends what comes for this customer: null if it redirects to none, or knows the customer. The core
   * asks once it has not found what it looked for; the writes that can make a customer known look by themselves.
   */
  findInboxRedirect(input: FindInboxRedirect): Promise<string | null>
}
