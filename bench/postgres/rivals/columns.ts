/** The columns of a conversation that the library returns. */
const names =
  'id account_id oa_id customer_id contact_id channel status version nickname customer_name customer_username chatbot_id unread_count last_seq ' +
  'read_seq last_message_at last_message_preview last_inbound_at last_activity_at status_changed_at window_expires_at snoozed_until closed_at ' +
  'metadata created_at updated_at'

export function returnedColumns(qualifier: string): string {
  return names
    .split(' ')
    .map((name) => `${qualifier}.${name}`)
    .join(', ')
}

/** The part of a row that is checked. */
export interface ConversationRow {
  readonly id: string
  readonly version: number
  readonly nickname: string | null
  readonly last_seq: number
}

export function written({ version, nickname, last_seq }: ConversationRow): { version: number; nickname: string | null; lastSeq: number } {
  return { version, nickname, lastSeq: last_seq }
}
