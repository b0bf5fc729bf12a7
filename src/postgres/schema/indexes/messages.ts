import { listedAt } from '../../functions/expressions/times.js'
import type { StoreIndex } from '../store-index.js'

/** The indexes of the messages. */
export const messageIndexes: readonly StoreIndex[] = [
  {
    table: 'messages',
    name: 'idx_messages_seq',
    unique: true,
    columns: 'account_id, conversation_id, seq',
    serves: 'account_id = … and conversation_id = … order by seq: the list of messages; decides that each has a number of its own',
  },
  {
    table: 'messages',
    name: 'idx_messages_message_id',
    unique: true,
    columns: 'account_id, contact_inbox_id, message_id',
    where: 'message_id IS NOT NULL',
    serves: "account_id = … and contact_inbox_id = … and message_id = …: a message by the channel's id; decides that it is there once",
  },
  {
    table: 'messages',
    name: 'idx_messages_local_id',
    unique: true,
    columns: 'account_id, contact_inbox_id, local_id',
    where: 'local_id IS NOT NULL',
    serves: "account_id = … and contact_inbox_id = … and local_id = …: a message by the host's id; decides that it is there once",
  },
  {
    table: 'messages',
    name: 'idx_messages_undelivered',
    columns: 'account_id, contact_inbox_id, sent_at',
    where: "(direction = 'outbound'::text) AND (sent_at IS NOT NULL) AND ((delivered_at IS NULL) OR (read_at IS NULL))",
    serves: 'account_id = … and contact_inbox_id = … and sent_at <= …: what a watermark has yet to touch',
  },
  {
    table: 'messages',
    name: 'idx_messages_outbound',
    columns: 'account_id, message_id',
    where: "(direction = 'outbound'::text) AND (message_id IS NOT NULL)",
    serves: "account_id = … and message_id = … and direction = 'outbound': a reply by the channel's id, whoever the customer is",
  },
  {
    table: 'messages',
    name: 'idx_messages_time',
    columns: `account_id, conversation_id, (${listedAt()}), seq`,
    serves:
      'account_id = … and conversation_id = … order by the time that a message is listed by, seq: the list of messages by time, either way',
  },
]
