import type { PatchColumn } from '../../patched-fields.js'

/**
 * What a value of a payload has to be. `id` is an id that a host names in a call, and `key` one that only the library
 * and the database compare. `problem_of` says what each kind allows. A null is a key that is left out, whatever its
 * kind.
 */
export type ValueKind =
  | 'id'
  | 'key'
  | 'name'
  | 'word'
  | 'text'
  | 'type'
  | 'direction'
  | 'sender_type'
  | 'receipt_status'
  | 'watermark_status'
  | 'history_opens'
  | 'time'
  | 'milliseconds'
  | 'count'
  | 'version'
  | 'flag'
  | 'document'
  | 'on_closed'
  | 'list'
  | 'attachments'
  | 'ids'
  | 'identities'
  | 'current_ids'
  | 'lease'
  | 'object'

/** The keys that an object of a payload may have, each with its kind. Any other key is refused, unless it is null. */
export type Rules = Readonly<Record<string, ValueKind>>

export const callRules = {
  account_id: 'id',
  operation_id: 'key',
  now: 'time',
  resent_after: 'milliseconds',
  default_on_closed: 'on_closed',
  atomic: 'flag',
  lease: 'lease',
  conversations: 'list',
} as const satisfies Rules

export const itemRules = {
  oa_id: 'id',
  customer_id: 'id',
  operation_id: 'key',
  conversation_id: 'id',
  contact_id: 'id',
  contact_inbox_id: 'id',
  channel: 'id',
  username_key: 'key',
  patch: 'object',
  events: 'list',
  identities: 'identities',
  contact_inbox_ids: 'ids',
  expected_version: 'version',
  on_closed: 'on_closed',
  opens: 'history_opens',
  mark_unread: 'flag',
  // Only the single function reads it.
  in_transaction: 'flag',
} as const satisfies Rules

export const patchRules = {
  nickname: 'name',
  customer_name: 'name',
  customer_username: 'name',
  chatbot_id: 'id',
  metadata: 'document',
} as const satisfies Readonly<Record<PatchColumn, ValueKind>>

/** The keys of every event. */
const commonRules = {
  type: 'type',
  id: 'id',
  dedupe_key: 'key',
  occurred_at: 'time',
  sender_id: 'id',
  sender_type: 'sender_type',
  sender_name: 'name',
  direction: 'direction',
} as const satisfies Rules

const fact = { ...commonRules, message_id: 'id', payload: 'document', history: 'flag' } as const satisfies Rules

/** The keys of each type of event, and in `required` those that it can't do without. `custom` is for `custom:…`. */
export const eventRules = {
  message: {
    rules: {
      ...commonRules,
      message_id: 'id',
      local_id: 'id',
      text: 'text',
      attachments: 'attachments',
      reply_to: 'id',
      metadata: 'document',
      history: 'flag',
    },
    required: [],
  },
  postback: { rules: fact, required: [] },
  referral: { rules: fact, required: [] },
  optin: { rules: fact, required: [] },
  handover: { rules: fact, required: [] },
  custom: { rules: fact, required: [] },
  message_edit: {
    rules: { ...commonRules, target_message_id: 'id', text: 'text', edit_number: 'count' },
    required: ['target_message_id', 'text'],
  },
  message_attachments: {
    rules: { ...commonRules, target_message_id: 'id', attachments: 'attachments', text: 'text' },
    required: ['target_message_id', 'attachments'],
  },
  message_delete: { rules: { ...commonRules, target_message_id: 'id' }, required: ['target_message_id'] },
  reaction: { rules: { ...commonRules, target_message_id: 'id', emoji: 'word' }, required: ['target_message_id'] },
  receipt: {
    rules: { ...commonRules, target_message_id: 'id', status: 'receipt_status', error: 'name' },
    required: ['target_message_id', 'status'],
  },
  watermark: { rules: { ...commonRules, status: 'watermark_status', watermark: 'time' }, required: ['status', 'watermark'] },
  message_sent: { rules: { ...commonRules, local_id: 'id', message_id: 'id' }, required: ['local_id', 'message_id'] },
  identity_change: {
    rules: { ...commonRules, previous: 'identities', current: 'current_ids', contact_inbox_ids: 'ids' },
    required: ['current'],
  },
  message_failed: { rules: { ...commonRules, local_id: 'id', error: 'name' }, required: ['local_id'] },
} as const satisfies Readonly<Record<string, { readonly rules: Rules; readonly required: readonly string[] }>>

export type EventType = keyof typeof eventRules

export const attachmentRules = { type: 'word', url: 'text', name: 'name', payload: 'document' } as const satisfies Rules

/** What the values of these kinds may be. */
export const allowedWords = {
  direction: ['inbound', 'outbound'],
  sender_type: ['customer', 'agent', 'bot', 'system'],
  receipt_status: ['sent', 'delivered', 'read', 'failed'],
  watermark_status: ['delivered', 'read'],
  history_opens: ['open', 'closed'],
} as const

/** The keys of the rules whose values are of these kinds. */
export function keysOf(rules: Rules, ...kinds: readonly ValueKind[]): readonly string[] {
  return Object.entries(rules).flatMap(([key, kind]) => (kinds.includes(kind) ? [key] : []))
}

/** The kinds whose values are strings of JSON. */
export const textKinds = [
  'id',
  'key',
  'name',
  'word',
  'text',
  'type',
  'time',
  'direction',
  'sender_type',
  'receipt_status',
  'watermark_status',
  'history_opens',
] as const satisfies readonly ValueKind[]
