import type { PostgresIndex } from '../migrator/migration.js'
import type { Names } from '../names.js'
import { contactMergeIndexes } from './contact-merge-indexes.js'
import { identityIndexes } from './identity-indexes.js'
import { mergeIndexes } from './merge-indexes.js'
import { receiptIndexes } from './receipt-indexes.js'
import type { StoreIndex } from './store-index.js'
import { timeIndexes } from './time-indexes.js'
import { unreadIndexes } from './unread-indexes.js'
import { formerWaitingIndex, waitingIndexes } from './waiting-indexes.js'

/**
 * The indexes of schema 1, which never change: a later step replaces one or adds one. Columns and conditions are in the
 * form in which the server prints them, so that `checkSchema()` and `sync:indexes` compare them as text and ask the
 * server nothing.
 *
 * The lists by last activity are read from the latest on, and their indexes rise all the same, so that they are read
 * backwards. Nearly every message makes its conversation the latest: in an index that falls its entry would go to the
 * first page, which then splits in halves again and again, while the last page of one that rises is filled.
 */
const firstIndexes: readonly StoreIndex[] = [
  {
    table: 'inboxes',
    name: 'idx_inboxes_oa',
    unique: true,
    columns: 'account_id, oa_id',
    serves: 'account_id = … and oa_id = …: an inbox; decides that an account has it once. In order: the list of inboxes',
  },

  {
    table: 'contact_inboxes',
    name: 'idx_contact_inboxes_customer',
    unique: true,
    columns: 'account_id, oa_id, customer_id',
    serves: 'account_id = … and oa_id = … and customer_id = …: a customer of an inbox; decides that it is there once',
  },
  {
    table: 'contact_inboxes',
    name: 'idx_contact_inboxes_customer_id',
    columns: 'account_id, customer_id',
    serves: 'account_id = … and customer_id = …: a customer id in whichever inbox, for lists of conversations',
  },
  {
    table: 'contact_inboxes',
    name: 'idx_contact_inboxes_canonical',
    columns: 'account_id, canonical_id',
    where: 'canonical_id IS NOT NULL',
    serves: 'account_id = … and canonical_id = …: the aliases of a customer',
  },
  {
    table: 'contact_inboxes',
    name: 'idx_contact_inboxes_contact',
    columns: 'account_id, contact_id',
    where: 'contact_id IS NOT NULL',
    serves: 'account_id = … and contact_id = …: the contact inboxes of a contact, for its list of conversations',
  },

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
    table: 'contact_interaction_events',
    name: 'idx_unique_event_by_message',
    unique: true,
    columns: 'account_id, contact_inbox_id, message_id',
    where: 'message_id IS NOT NULL',
    serves: "account_id = … and contact_inbox_id = … and message_id = …: an event by the channel's id; decides that it is there once",
  },
  {
    table: 'contact_interaction_events',
    name: 'idx_unique_event_by_timestamp',
    unique: true,
    columns: 'account_id, contact_inbox_id, dedupe_key',
    where: 'dedupe_key IS NOT NULL',
    serves: 'account_id = … and contact_inbox_id = … and dedupe_key = …: one without such an id; decides that it is there once',
  },
  {
    table: 'contact_interaction_events',
    name: 'idx_events_seq',
    unique: true,
    columns: 'account_id, conversation_id, event_seq',
    where: 'conversation_id IS NOT NULL',
    serves: 'account_id = … and conversation_id = … order by event_seq: the list of events; decides that each has a number of its own',
  },
  {
    table: 'contact_interaction_events',
    name: 'idx_events_waiting',
    columns: 'account_id, contact_inbox_id',
    where: 'conversation_id IS NULL',
    serves: 'account_id = … and contact_inbox_id = … and conversation_id is null: the events that came before their message',
  },
]

const lastingIndexes = firstIndexes.filter(({ name }) => name !== formerWaitingIndex)

/** The indexes that the store's own queries and guards need today. */
export const storeIndexes: readonly StoreIndex[] = [
  ...lastingIndexes,
  ...unreadIndexes,
  ...waitingIndexes,
  ...identityIndexes,
  ...receiptIndexes,
  ...timeIndexes,
  ...mergeIndexes,
  ...contactMergeIndexes,
]

/** The indexes that step 1 makes, and those of them that no later step replaces. */
export const firstIndexesOf = inStore(firstIndexes)
export const lastingIndexesOf = inStore(lastingIndexes)
/** The indexes that step 4 makes. */
export const unreadIndexesOf = inStore(unreadIndexes)
/** The indexes that step 5 makes. */
export const waitingIndexesOf = inStore(waitingIndexes)
/** The indexes that step 8 makes. */
export const identityIndexesOf = inStore(identityIndexes)
/** The index that step 9 makes. */
export const receiptIndexesOf = inStore(receiptIndexes)
/** The index that step 10 makes. */
export const timeIndexesOf = inStore(timeIndexes)

/** The same under the names of one store. */
function inStore(indexes: readonly StoreIndex[]): (names: Pick<Names, 'prefix'>) => readonly PostgresIndex[] {
  return ({ prefix }) => indexes.map((index) => ({ ...index, table: prefix + index.table, name: prefix + index.name }))
}
/** The indexes that step 13 makes. */
export const mergeIndexesOf = inStore(mergeIndexes)
/** The indexes that step 14 makes. */
export const contactMergeIndexesOf = inStore(contactMergeIndexes)
