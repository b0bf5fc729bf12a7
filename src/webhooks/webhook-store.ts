import type { InboxOwner } from '../model/records.js'
import type { ApplyReceiptInput, BulkUpsertInput } from '../store/inputs.js'
import type { BulkItemResult, InboxReceiptResult } from '../store/results.js'

/**
 * The part of a store that webhooks need. With `store.using(tx)` a body is written inside the host's own transaction.
 */
export interface WebhookStore {
  findInboxOwner(input: { readonly channel: string; readonly oaId: string }): Promise<InboxOwner | null>
  forAccount(accountId: string): WebhookAccount
}

/** The part of an account that webhooks need. Everything they write goes through these two calls. */
export interface WebhookAccount {
  bulkUpsertConversationsWithEvents(input: BulkUpsertInput<never>): Promise<readonly BulkItemResult<unknown>[]>
  /** For receipts whose body names no customer. */
  applyReceipt(input: ApplyReceiptInput): Promise<readonly InboxReceiptResult[]>
}
