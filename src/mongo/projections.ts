import type { Doc } from './driver.js'

/**
 * The fields that a host gets. A projection names each of them, because a document may hold fields of the host's own or
 * of a later version of the library.
 */
export const conversationFields = fields(
  'accountId oa_id customer_id contact_inbox_id contact_id is_linked channel status version nickname customer_name customer_username chatbot_id unread_count ' +
    'last_seq read_seq last_event_seq last_message_at last_message_preview last_inbound_at waiting_since last_activity_at status_changed_at window_expires_at ' +
    'snoozed_until closed_at metadata created_at updated_at',
)
/**
 * For a read of a single conversation. A projection would cost the server more than sending the operations does, so
 * they are sent and the driver leaves them undecoded.
 */
export const withoutOperations = { fieldsAsRaw: { operations: true } } as const
export const messageFields = fields(
  'accountId conversation_id contact_inbox_id own_id seq message_id local_id direction sender_id sender_type sender_name text attachments reply_to ' +
    'status occurred_at given_at sent_at delivered_at read_at failed_at error edited_at edit_number deleted_at double_in is_history reactions metadata created_at',
)
export const eventFields = fields(
  'accountId contact_inbox_id own_id conversation_id event_seq type message_id target_message_id local_id sender_id direction payload is_history operation_id ' +
    'occurred_at created_at',
)
export const contactFields = fields('accountId name name_source metadata merged_into created_at updated_at')
export const inboxFields = fields(
  'accountId oa_id channel provider name chatbot_id on_closed metadata status connected_at disconnected_at redirected_to ' +
    'history_phase history_chunk_order history_progress history_error history_at created_at updated_at',
)
export const ownerFields = fields('accountId inbox_id')

function fields(names: string): Doc {
  return Object.fromEntries(names.split(' ').map((name) => [name, 1]))
}
