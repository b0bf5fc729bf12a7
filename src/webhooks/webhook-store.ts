import type { InboxOwner } from '../model/inboxes.js'
import type { ApplyReceiptInput, BulkUpsertInput, RecordHistoryProgressInput } from '../store/inputs.js'
import type { BulkItemResult, InboxReceiptResult } from '../store/results.js'

/**
 * The part of a store that webhooks need. With `store.using(tx)` a body is written inside the host's own transaction.
 */
export interface WebhookStore {
  findInboxOwner(input: { readonly channel: string; readonly oaId: string }): Promise<InboxOwner | null>
  forAccount(accountId: string): WebhookAccount
}

/** The part of an account that webhooks need. Everything they write goes through these three calls. */
export interface WebhookAccount {
  bulkUpsertConversationsWithEvents(input: BulkUpsertInput<never>): Promise<readonly BulkItemResult<unknown>[]>
  /** For receipts whose body names no customer. */
  applyReceipt(input: ApplyReceiptInput): Promise<readonly InboxReceiptResult[]>
  /** For how far a channel is with sending an inbox's history. */
  recordHistoryProgress(input: RecordHistoryProgressInput): Promise<unknown>
}

/** An inbox as a webhook names it. */
export interface NamedInbox {
  readonly channel: string
  readonly oaId: string
}

/** An inbox as a webhook names it, with what else may tell a host whose it is. */
export interface DisplayedInbox extends NamedInbox {
  /**
   * The number that WhatsApp displays for the inbox, letter by letter as `metadata.display_phone_number` says it,
   * mostly its digits alone. Null where the body does not say it, and on other channels.
   */
  readonly displayPhone: string | null
}

/** Says which account has an inbox. Null: none has it. */
export type OwnerOf = (inbox: NamedInbox) => string | null | Promise<string | null>

/** Gives the store that holds an inbox's conversations, such as its tenant's. Null: nobody has the inbox. */
export type StoreOf = (inbox: DisplayedInbox) => WebhookStore | null | Promise<WebhookStore | null>
