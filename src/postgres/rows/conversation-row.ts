import type { ConversationStatus } from '../../model/records.js'
import { columns, type RowOf } from '../columns.js'
import { integer, jsonObject, text, textOrNull, time, timeOrNull } from '../readers.js'

const readers = {
  id: text,
  account_id: text,
  oa_id: text,
  customer_id: text,
  contact_id: text,
  channel: text,
  status: text<ConversationStatus>,
  version: integer,
  nickname: textOrNull,
  customer_name: textOrNull,
  customer_username: textOrNull,
  chatbot_id: textOrNull,
  unread_count: integer,
  last_seq: integer,
  read_seq: integer,
  last_message_at: timeOrNull,
  last_message_preview: textOrNull,
  last_inbound_at: timeOrNull,
  waiting_since: timeOrNull,
  last_activity_at: time,
  status_changed_at: time,
  window_expires_at: timeOrNull,
  snoozed_until: timeOrNull,
  closed_at: timeOrNull,
  metadata: jsonObject,
  created_at: time,
  updated_at: time,
}

/** The columns of a conversation that are its own. */
export const conversationRow = columns(readers)

export type ConversationRow = RowOf<typeof readers>
