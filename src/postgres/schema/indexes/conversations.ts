import type { StoreIndex } from '../store-index.js'

/**
 * The indexes of the conversations.
 *
 * The lists by last activity are read from the latest on, and their indexes rise all the same, so that they are read
 * backwards. Nearly every message makes its conversation the latest: in an index that falls its entry would go to the
 * first page, which then splits in halves again and again, while the last page of one that rises is filled.
 */
export const conversationIndexes: readonly StoreIndex[] = [
  {
    table: 'conversations',
    name: 'idx_conversations_user_phone',
    unique: true,
    columns: 'account_id, oa_id, customer_id',
    where: "status <> 'closed'::text",
    serves:
      "account_id = … and oa_id = … and customer_id = … and status <> 'closed': a customer's active conversation; decides that there is one " +
      '(contract, clause 1)',
  },
  {
    table: 'conversations',
    name: 'idx_conversations_username',
    unique: true,
    columns: 'account_id, oa_id, username_key',
    where: "(status <> 'closed'::text) AND (username_key IS NOT NULL)",
    serves: "account_id = … and oa_id = … and username_key = … and status <> 'closed': whose name it is; decides that it is one customer's",
  },
  {
    table: 'conversations',
    name: 'idx_conversations_contact_inbox',
    columns: 'account_id, contact_inbox_id, created_at desc, id desc',
    serves: "account_id = … and contact_inbox_id = … order by created_at desc, id desc: a customer's latest conversation",
  },
  {
    table: 'conversations',
    name: 'idx_conversations_status_activity',
    columns: 'account_id, status, last_activity_at, id',
    serves:
      'account_id = … and status = … order by last_activity_at desc, id desc: the list by status, and merged from all of them the list',
  },
  {
    table: 'conversations',
    name: 'idx_conversations_inbox_activity',
    columns: 'account_id, oa_id, last_activity_at, id',
    serves: 'account_id = … and oa_id = … order by last_activity_at desc, id desc: the list of an inbox',
  },
  {
    table: 'conversations',
    name: 'idx_conversations_chatbot_activity',
    columns: 'account_id, chatbot_id, last_activity_at, id',
    where: 'chatbot_id IS NOT NULL',
    serves: 'account_id = … and chatbot_id = … order by last_activity_at desc, id desc: the list of a chatbot',
  },
  {
    table: 'conversations',
    name: 'idx_conversations_snoozed',
    columns: 'account_id, snoozed_until, id',
    where: "status = 'snoozed'::text",
    serves: "account_id = … and status = 'snoozed' and snoozed_until <= … order by snoozed_until, id: which are to be woken",
  },
  {
    table: 'conversations',
    name: 'idx_conversations_unread',
    columns: 'account_id, status, last_activity_at, id, oa_id',
    where: 'unread_count > 0',
    serves:
      'account_id = … and status = … and unread_count > 0 order by last_activity_at desc, id desc: the lists of unread conversations, and ' +
      'their number; an inbox is picked out within the index',
  },
]
