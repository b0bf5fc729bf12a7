import type { Operation } from './history.js'

export interface ConversationColumns {
  readonly id: string
  readonly account_id: string
  readonly contact_inbox_id: string
  readonly customer_id: string
  readonly oa_id: string
  readonly contact_id: string
  readonly status: string
  readonly version: number
  readonly nickname: string | null
  readonly customer_name: string | null
  readonly chatbot_id: string | null
  readonly last_seq: number
  readonly read_seq: number
  readonly unread_count: number
  readonly last_event_seq: number
  readonly last_message_at: Date | null
  readonly last_message_preview: string | null
  readonly last_message_row_id: string | null
  readonly created_at: Date
}
export interface MessageColumns {
  readonly id: string
  readonly conversation_id: string
  readonly contact_inbox_id: string
  readonly own_id: string | null
  readonly seq: number
  readonly message_id: string | null
  readonly local_id: string | null
  readonly direction: string
  readonly text: string
  readonly occurred_at: Date
  /** True for history that does not count as unread. */
  readonly is_silent: boolean | null
}
export interface EventColumns {
  readonly id: string
  readonly conversation_id: string | null
  readonly contact_inbox_id: string
  readonly event_seq: number | null
}
export interface ContactInboxColumns {
  readonly id: string
  readonly oa_id: string
  readonly customer_id: string
  readonly contact_id: string | null
  readonly canonical_id: string | null
}
interface InboxColumns {
  readonly id: string
  readonly oa_id: string
  readonly channel: string
  readonly status: string
}
export interface OwnerColumns {
  readonly channel: string
  readonly oa_id: string
  readonly account_id: string
  readonly inbox_id: string
}

/** What the database holds of one account when the run is over. */
export interface AccountRows {
  readonly accountId: string
  readonly conversations: readonly ConversationColumns[]
  readonly messages: readonly MessageColumns[]
  readonly events: readonly EventColumns[]
  readonly contactInboxes: readonly ContactInboxColumns[]
  readonly contacts: readonly { readonly id: string; readonly name: string | null }[]
  readonly inboxes: readonly InboxColumns[]
}

/** What happened, and what is stored in the end. The rules are about both. */
export interface World {
  readonly operations: readonly Operation[]
  readonly accounts: readonly AccountRows[]
  readonly owners: readonly OwnerColumns[]
}

/** A clause of the contract that does not hold, and the operations that show it. */
export interface Violation {
  readonly rule: string
  readonly told: string
  readonly witness: readonly Operation[]
}
