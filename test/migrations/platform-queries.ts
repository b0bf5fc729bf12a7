import type { Filter, Sort } from 'mongodb'

/** A query that an index serves, with the other indexes that the server may use for it instead. */
export interface ServedQuery {
  readonly collection: string
  readonly index: string
  readonly covering: readonly string[]
  readonly filter: Filter<Record<string, unknown>>
  readonly sort: Sort
}

const at = (minute: number) => new Date(Date.UTC(2030, 0, 1) + minute * 60_000)
const hour = { $gte: at(600), $lt: at(660) }
const acme = { accountId: 'acme' }
const byActivity = { last_activity_at: -1, _id: -1 } as const

const serves =
  (collection: string) =>
  (index: string, filter: Record<string, unknown>, sort: Sort = {}, covering: readonly string[] = []): ServedQuery => ({
    collection,
    index,
    covering,
    filter,
    sort,
  })
const [
  clientConfigs,
  config,
  inboxes,
  contactInboxes,
  conversations,
  messages,
  events,
  merges,
  contactMerges,
  contacts,
  leases,
  webhooks,
  sessions,
  moves,
] = [
  serves('client_configs'),
  serves('config'),
  serves('inboxes'),
  serves('contact_inboxes'),
  serves('conversations'),
  serves('messages'),
  serves('contact_interaction_events'),
  serves('conversation_merges'),
  serves('contact_merges'),
  serves('contacts'),
  serves('leases'),
  serves('webhook_journal'),
  serves('sync_state'),
  serves('inbox_migrations'),
]

export const queries: readonly ServedQuery[] = [
  clientConfigs('idx_config_id', { config_id: 't7' }),
  clientConfigs('idx_config_schema', { schema_name: 'tenant_7' }),
  clientConfigs('idx_whatsapp_display_phone', { whatsapp_display_phone: '+847' }),
  clientConfigs('idx_billing_status_updated', { billing_status: 'due', updated_at: { $lt: at(60) } }),
  clientConfigs('idx_updated_at', { updated_at: { $gte: at(100) } }, { updated_at: 1 }),
  clientConfigs('idx_created_at', {}, { created_at: 1 }),

  config('idx_config_id', { config_id: 't7' }),
  config('idx_config_schema', { schema_name: 'tenant_7' }),
  config('idx_billing_status_updated', { billing_status: 'due', updated_at: { $lt: at(60) } }),
  config('idx_config_updated', { updated_at: { $gte: at(100) } }, { updated_at: 1 }),
  config('idx_config_created', {}, { created_at: 1 }),

  inboxes('idx_inboxes_oa', { ...acme, oa_id: 'o7' }),
  contactInboxes('idx_contact_inboxes_customer', { ...acme, oa_id: 'o7', customer_id: { $in: ['c7', 'c27'] } }),
  contactInboxes('idx_contact_inboxes_customer_id', { ...acme, customer_id: 'c7' }),
  contactInboxes('idx_contact_inboxes_canonical', { ...acme, canonical_id: 'i10' }),

  conversations('idx_conversations_user_phone', { ...acme, oa_id: 'o4', customer_id: 'c4', active: true }),
  conversations('idx_conversations_username', { ...acme, oa_id: 'o4', username_key: 'u4', active: true }),
  conversations('idx_conversations_contact_inbox', { ...acme, contact_inbox_id: 'i7' }, { created_at: -1, _id: -1 }),
  conversations('idx_conversations_last_activity', acme, byActivity),
  conversations('idx_conversations_status_activity', { ...acme, status: 'open' }, byActivity),
  conversations('idx_conversations_inbox_activity', { ...acme, oa_id: 'o7' }, byActivity),
  conversations('idx_conversations_chatbot_activity', { ...acme, chatbot_id: 'b3' }, byActivity),
  conversations('idx_conversations_contact_activity', { ...acme, contact_id: 'p7' }, byActivity),
  conversations('idx_conversations_unread', { ...acme, status: 'open', unread_count: { $gt: 0 } }, byActivity),
  conversations('idx_conversations_snoozed', { ...acme, status: 'snoozed', snoozed_until: { $lte: at(60) } }, { snoozed_until: 1, _id: 1 }),
  conversations('idx_conversations_window_expiration', { ...acme, window_expires_at: hour }),
  conversations('idx_conversations_window_status', { ...acme, status: 'open', window_expires_at: hour }, {}, [
    'idx_conversations_window_expiration',
  ]),
  conversations('idx_conversations_created', { ...acme, created_at: hour }),
  conversations('idx_conversations_status_user', { ...acme, status: 'open', customer_id: 'c4' }),
  conversations('idx_conversations_closed', { ...acme, status: 'closed', closed_at: hour }),

  messages('idx_messages_seq', { ...acme, conversation_id: 'v7' }, { seq: -1 }),
  messages('idx_messages_message_id', { ...acme, contact_inbox_id: 'i7', message_id: { $in: ['m14', 'm114'] } }, {}, [
    'idx_messages_whatsapp_message_id',
  ]),
  messages('idx_messages_local_id', { ...acme, contact_inbox_id: 'i7', local_id: 'l15' }),
  messages('idx_messages_unread_by_customer', { ...acme, contact_inbox_id: 'i7', awaits: 'read', sent_at: { $lte: at(600) } }),
  messages('idx_messages_whatsapp_message_id', { ...acme, message_id: 'm7' }),
  messages('idx_messages_time', { ...acme, conversation_id: 'v7' }, { occurred_at: -1, seq: -1 }),
  messages('idx_messages_conversation_timestamp', { ...acme, conversation_id: 'v7' }, { occurred_at: 1 }, [
    'idx_messages_conversation_timestamp_desc',
    'idx_messages_time',
  ]),
  messages('idx_messages_conversation_timestamp_desc', { ...acme, conversation_id: 'v7' }, { occurred_at: -1 }, [
    'idx_messages_conversation_timestamp',
    'idx_messages_time',
  ]),
  messages('idx_messages_conversation_direction_timestamp', { ...acme, conversation_id: 'v7', direction: 'outbound' }, { occurred_at: 1 }),
  messages('idx_messages_conversation_sender_timestamp', { ...acme, conversation_id: 'v7', sender_id: 'a1' }, { occurred_at: 1 }),
  messages('idx_messages_timestamp', { ...acme, occurred_at: hour }),
  messages('idx_messages_status_timestamp', { ...acme, status: 'failed', occurred_at: hour }),
  messages('idx_messages_direction', { ...acme, direction: 'inbound', occurred_at: hour }),
  messages('idx_messages_sender', { ...acme, sender_id: 'a1', occurred_at: hour }),
  messages('idx_messages_ai_generated', { ...acme, sender_type: 'bot', occurred_at: hour }),
  messages('idx_messages_read_at', { ...acme, read_at: hour }),
  messages('idx_messages_outbound', { ...acme, message_id: 'm7', direction: 'outbound' }),

  events('idx_unique_event_by_message', { ...acme, contact_inbox_id: 'i8', message_id: 'm8' }),
  events('idx_unique_event_by_timestamp', { ...acme, contact_inbox_id: 'i7', dedupe_key: { $in: ['k7', 'k57'] } }),
  events('idx_events_seq', { ...acme, conversation_id: 'v7', event_seq: { $gt: 10 } }, { event_seq: 1 }),
  events(
    'idx_events_waiting_order',
    { ...acme, contact_inbox_id: 'i0', waiting: true, created_at: { $lte: at(600) } },
    { created_at: 1, _id: 1 },
  ),
  events('idx_events_waiting_target', { ...acme, contact_inbox_id: 'i0', waiting: true, target_message_id: 't100' }),
  events('idx_events_waiting_local', { ...acme, contact_inbox_id: 'i0', waiting: true, local_id: 'l100' }),
  events('idx_events_waiting_age', { ...acme, waiting: true, created_at: { $lte: at(600) } }, { created_at: 1, _id: 1 }),

  merges('idx_conversation_merges_lost', { ...acme, lost_id: 'v7', standing: true }),
  merges('idx_conversation_merges_kept', { ...acme, kept_id: 'v8', standing: true }),
  contactMerges('idx_contact_merges_lost', { ...acme, lost_id: 'k7', standing: true }),
  contactMerges('idx_contact_merges_kept', { ...acme, kept_id: 'k8', standing: true }, { place: -1 }),
  contacts('idx_contacts_merged_into', { ...acme, merged_into: 'p7' }),
  leases('idx_leases_name', { ...acme, kind: 'sync', holder: { $exists: true } }, { kind: 1, key: 1 }),
  sessions('idx_sync_state_unfinished', { ...acme, page_id: 'p7', origin: 'pulled', unfinished: true }),
  sessions('idx_sync_state_started', acme, { started_at: -1, _id: -1 }),
  sessions('idx_sync_state_inbox', { ...acme, page_id: 'p7' }, { started_at: -1, _id: -1 }),
  sessions('idx_sync_state_completed', { ...acme, page_id: 'p7', source: 's', latest: true }),
  sessions('idx_sync_state_finished', { ...acme, clearable_at: { $lt: at(60) } }, { clearable_at: 1, _id: 1 }),
  sessions('idx_sync_state_deadline', { ...acme, deadline_at: { $lte: at(60) } }),
  moves('idx_inbox_migrations_inboxes', { ...acme, inboxes: { $in: ['p7', 'd7'] } }),
  moves('idx_inbox_migrations_created', acme, { created_at: -1, _id: -1 }),
  moves('idx_inbox_migrations_inbox', { ...acme, source_oa_id: 'p7' }, { created_at: -1, _id: -1 }),
  webhooks('idx_webhook_journal_received', acme, { received_at: -1, _id: -1 }),
  webhooks('idx_webhook_journal_failed', { ...acme, outcome: 'failed' }, { received_at: -1, _id: -1 }),
  webhooks('idx_webhook_journal_due', { ...acme, due_at: { $exists: true } }, { due_at: 1, _id: 1 }),
  webhooks('idx_webhook_journal_expires', { ...acme, expires_at: { $lt: at(60) } }, { expires_at: 1, _id: 1 }),
]
