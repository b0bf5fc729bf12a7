import type { InboxOwner } from '../model/records.js'
import type { BulkItemResult, BulkUpsertInput } from '../store/account-conversations.js'

/** What webhooks need of a store. `store.using(tx)` has it too: then a body is written inside the host's own transaction. */
export interface WebhookStore {
  findInboxOwner(input: { readonly channel: string; readonly oaId: string }): Promise<InboxOwner | null>
  forAccount(accountId: string): WebhookAccount
}
export interface WebhookAccount {
  bulkUpsertConversationsWithEvents(input: BulkUpsertInput<never>): Promise<readonly BulkItemResult<unknown>[]>
}
