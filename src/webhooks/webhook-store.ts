import type { InboxOwner } from '../model/records.js'
import type { BulkUpsertInput } from '../store/inputs.js'
import type { BulkItemResult } from '../store/results.js'

/**
 * The part of a store that webhooks need. With `store.using(tx)` a body is written inside the host's own transaction.
 */
export interface WebhookStore {
  findInboxOwner(input: { readonly channel: string; readonly oaId: string }): Promise<InboxOwner | null>
  forAccount(accountId: string): WebhookAccount
}

/** The part of an account that webhooks need. Everything they write goes through this one call. */
export interface WebhookAccount {
  bulkUpsertConversationsWithEvents(input: BulkUpsertInput<never>): Promise<readonly BulkItemResult<unknown>[]>
}
