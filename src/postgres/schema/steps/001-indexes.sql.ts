import type { StepNames } from '../schema-step.js'

/**
 * The indexes of version 0.1.0. What each is for is told in indexes.ts.
 *
 * Of indexes that seem equal for an empty table PostgreSQL takes the one that was made last. So of those of the events
 * that wait, the one over whole accounts is made first.
 */
export function createIndexesSql({ fn, index }: Pick<StepNames, 'fn' | 'index'>): readonly string[] {
  return [
    `create unique index ${index('idx_inboxes_oa')} on ${fn('inboxes')} (account_id, oa_id)`,
    `create unique index ${index('idx_contact_inboxes_customer')} on ${fn('contact_inboxes')} (account_id, oa_id, customer_id)`,
    `create index ${index('idx_contact_inboxes_customer_id')} on ${fn('contact_inboxes')} (account_id, customer_id)`,
    `create index ${index('idx_contact_inboxes_canonical')} on ${fn('contact_inboxes')} (account_id, canonical_id) where canonical_id IS NOT NULL`,
    `create index ${index('idx_contact_inboxes_contact')} on ${fn('contact_inboxes')} (account_id, contact_id) where contact_id IS NOT NULL`,
    `create unique index ${index('idx_conversations_user_phone')} on ${fn('conversations')} (account_id, oa_id, customer_id) where status <> 'closed'::text`,
    `create unique index ${index('idx_conversations_username')} on ${fn('conversations')} (account_id, oa_id, username_key) where (status <> 'closed'::text) AND (username_key IS NOT NULL)`,
    `create index ${index('idx_conversations_contact_inbox')} on ${fn('conversations')} (account_id, contact_inbox_id, created_at desc, id desc)`,
    `create index ${index('idx_conversations_status_activity')} on ${fn('conversations')} (account_id, status, last_activity_at, id)`,
    `create index ${index('idx_conversations_inbox_activity')} on ${fn('conversations')} (account_id, oa_id, last_activity_at, id)`,
    `create index ${index('idx_conversations_chatbot_activity')} on ${fn('conversations')} (account_id, chatbot_id, last_activity_at, id) where chatbot_id IS NOT NULL`,
    `create index ${index('idx_conversations_snoozed')} on ${fn('conversations')} (account_id, snoozed_until, id) where status = 'snoozed'::text`,
    `create unique index ${index('idx_messages_seq')} on ${fn('messages')} (account_id, conversation_id, seq)`,
    `create unique index ${index('idx_messages_message_id')} on ${fn('messages')} (account_id, contact_inbox_id, message_id) where message_id IS NOT NULL`,
    `create unique index ${index('idx_messages_local_id')} on ${fn('messages')} (account_id, contact_inbox_id, local_id) where local_id IS NOT NULL`,
    `create index ${index('idx_messages_undelivered')} on ${fn('messages')} (account_id, contact_inbox_id, sent_at) where (direction = 'outbound'::text) AND (sent_at IS NOT NULL) AND ((delivered_at IS NULL) OR (read_at IS NULL))`,
    `create unique index ${index('idx_unique_event_by_message')} on ${fn('contact_interaction_events')} (account_id, contact_inbox_id, message_id) where message_id IS NOT NULL`,
    `create unique index ${index('idx_unique_event_by_timestamp')} on ${fn('contact_interaction_events')} (account_id, contact_inbox_id, dedupe_key) where dedupe_key IS NOT NULL`,
    `create unique index ${index('idx_events_seq')} on ${fn('contact_interaction_events')} (account_id, conversation_id, event_seq) where conversation_id IS NOT NULL`,
    `create index ${index('idx_conversations_unread')} on ${fn('conversations')} (account_id, status, last_activity_at, id, oa_id) where unread_count > 0`,
    `create index ${index('idx_events_waiting_age')} on ${fn('contact_interaction_events')} (account_id, created_at, id) where conversation_id IS NULL`,
    `create index ${index('idx_events_waiting_order')} on ${fn('contact_interaction_events')} (account_id, contact_inbox_id, created_at, id) where conversation_id IS NULL`,
    `create index ${index('idx_events_waiting_target')} on ${fn('contact_interaction_events')} (account_id, contact_inbox_id, target_message_id, local_id) where conversation_id IS NULL`,
    `create index ${index('idx_events_waiting_local')} on ${fn('contact_interaction_events')} (account_id, contact_inbox_id, local_id) where (conversation_id IS NULL) AND (local_id IS NOT NULL)`,
    `create index ${index('idx_contacts_merged')} on ${fn('contacts')} (account_id, merged_into) where merged_into IS NOT NULL`,
    `create index ${index('idx_messages_outbound')} on ${fn('messages')} (account_id, message_id) where (direction = 'outbound'::text) AND (message_id IS NOT NULL)`,
    `create index ${index('idx_messages_time')} on ${fn('messages')} (account_id, conversation_id, (CASE WHEN ((occurred_at - created_at) > make_interval(secs => (300)::double precision)) THEN created_at ELSE occurred_at END), seq)`,
    `create unique index ${index('idx_conversation_merges_lost')} on ${fn('conversation_merges')} (account_id, lost_id) where undone_at IS NULL`,
    `create index ${index('idx_conversation_merges_kept')} on ${fn('conversation_merges')} (account_id, kept_id) where undone_at IS NULL`,
    `create unique index ${index('idx_contact_merges_lost')} on ${fn('contact_merges')} (account_id, lost_id) where undone_at IS NULL`,
    `create index ${index('idx_contact_merges_kept')} on ${fn('contact_merges')} (account_id, kept_id, place) where undone_at IS NULL`,
  ]
}
