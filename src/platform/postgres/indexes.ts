import type { PostgresIndex } from '../../postgres/migrator/migration.js'

const conversations = (name: string, columns: string, serves: string, where?: string) =>
  platform('conversations', name, columns, serves, where)
const messages = (name: string, columns: string, serves: string, where?: string) => platform('messages', name, columns, serves, where)

/**
 * The indexes that an operator's reports need in addition to those of the store's own queries, which are in
 * postgres/schema. Each begins with the account, as those do. The conditions are written in the form in which the
 * server prints them, so that they can be compared without asking the server.
 */
export const platformIndexes: readonly PostgresIndex[] = [
  conversations(
    'idx_conversations_window_expiration',
    'account_id, window_expires_at',
    'account_id = … and window_expires_at >= … and window_expires_at < …: conversations whose reply window ends soon, or has ended',
  ),
  conversations(
    'idx_conversations_window_status',
    'account_id, status, window_expires_at',
    'account_id = … and status = … and window_expires_at >= … and window_expires_at < …: the open ones among them',
  ),
  conversations(
    'idx_conversations_created',
    'account_id, created_at',
    'account_id = … and created_at >= … and created_at < …: conversations that began in a time',
  ),
  conversations(
    'idx_conversations_status_user',
    'account_id, status, customer_id',
    'account_id = … and status = … and customer_id = …: the open conversations of a customer id, in whichever inbox',
  ),
  conversations(
    'idx_conversations_closed',
    'account_id, closed_at',
    "account_id = … and status = 'closed' and closed_at >= … and closed_at < …: conversations that were closed in a time",
    "status = 'closed'::text",
  ),

  messages(
    'idx_messages_whatsapp_message_id',
    'account_id, message_id',
    "account_id = … and message_id = …: a message by the channel's id alone, where the customer is not known",
    'message_id IS NOT NULL',
  ),
  messages(
    'idx_messages_conversation_timestamp',
    'account_id, conversation_id, occurred_at',
    'account_id = … and conversation_id = … order by occurred_at: a conversation in the order of time, the oldest first',
  ),
  messages(
    'idx_messages_conversation_timestamp_desc',
    'account_id, conversation_id, occurred_at desc',
    'account_id = … and conversation_id = … order by occurred_at desc: the same, the newest first',
  ),
  messages(
    'idx_messages_conversation_direction_timestamp',
    'account_id, conversation_id, direction, occurred_at',
    'account_id = … and conversation_id = … and direction = … order by occurred_at: what came in, or went out, in a conversation',
  ),
  messages(
    'idx_messages_conversation_sender_timestamp',
    'account_id, conversation_id, sender_id, occurred_at',
    'account_id = … and conversation_id = … and sender_id = … order by occurred_at: what one sender said in a conversation',
  ),
  messages(
    'idx_messages_timestamp',
    'account_id, occurred_at',
    'account_id = … and occurred_at >= … and occurred_at < …: the messages of a time',
  ),
  messages(
    'idx_messages_status_timestamp',
    'account_id, status, occurred_at',
    'account_id = … and status = … and occurred_at >= … and occurred_at < …: what failed, or is pending still',
    'status IS NOT NULL',
  ),
  messages(
    'idx_messages_direction',
    'account_id, direction, occurred_at',
    'account_id = … and direction = … and occurred_at >= … and occurred_at < …: what came in, or went out, in a time',
  ),
  messages(
    'idx_messages_sender',
    'account_id, sender_id, occurred_at',
    'account_id = … and sender_id = … and occurred_at >= … and occurred_at < …: what one sender said, in all conversations',
  ),
  messages(
    'idx_messages_ai_generated',
    'account_id, occurred_at',
    "account_id = … and sender_type = 'bot' and occurred_at >= … and occurred_at < …: what bots said in a time",
    "sender_type = 'bot'::text",
  ),
  messages(
    'idx_messages_read_at',
    'account_id, read_at',
    'account_id = … and read_at >= … and read_at < …: what was read in a time',
    'read_at IS NOT NULL',
  ),
]

function platform(table: string, name: string, columns: string, serves: string, where: string | undefined): PostgresIndex {
  return { table, name, columns, serves, indexSet: 'platform', ...(where === undefined ? {} : { where }) }
}
