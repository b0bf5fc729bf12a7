import mongoose from 'mongoose'

const text = { type: String, default: null }
const time = { type: Date, default: null }
const required = { type: String, required: true }

const conversationFields = {
  _id: required,
  accountId: required,
  oa_id: required,
  customer_id: required,
  contact_inbox_id: required,
  contact_id: required,
  channel: required,
  status: { type: String, required: true, enum: ['open', 'snoozed', 'closed'] },
  active: Boolean,
  version: { type: Number, required: true },
  nickname: text,
  customer_name: text,
  customer_username: text,
  chatbot_id: String,
  unread_count: { type: Number, required: true },
  last_seq: { type: Number, required: true },
  read_seq: { type: Number, required: true },
  last_event_seq: { type: Number, required: true },
  last_message_at: time,
  last_message_preview: text,
  last_message_row_id: text,
  last_inbound_at: time,
  last_activity_at: { type: Date, required: true },
  status_changed_at: { type: Date, required: true },
  window_expires_at: time,
  snoozed_until: time,
  closed_at: time,
  metadata: mongoose.Schema.Types.Mixed,
  operations: [{ _id: false, id: String, outcome: String, at: Date }],
} as const

const messageFields = {
  _id: required,
  accountId: required,
  conversation_id: required,
  contact_inbox_id: required,
  seq: { type: Number, required: true },
  message_id: String,
  local_id: String,
  direction: { type: String, required: true, enum: ['inbound', 'outbound'] },
  sender_id: text,
  sender_type: required,
  sender_name: text,
  text: { type: String, default: '' },
  attachments: [{ _id: false, type: { type: String }, url: String, name: String, payload: mongoose.Schema.Types.Mixed }],
  reply_to: text,
  status: text,
  occurred_at: { type: Date, required: true },
  sent_at: time,
  delivered_at: time,
  read_at: time,
  failed_at: time,
  error: text,
  edited_at: time,
  edit_number: { type: Number, default: 0 },
  deleted_at: time,
  reactions: [{ _id: false, sender_id: String, emoji: String, occurred_at: Date }],
  metadata: mongoose.Schema.Types.Mixed,
} as const

const eventFields = {
  _id: required,
  accountId: required,
  contact_inbox_id: required,
  conversation_id: String,
  event_seq: Number,
  type: required,
  message_id: String,
  target_message_id: text,
  local_id: text,
  sender_id: text,
  direction: required,
  payload: mongoose.Schema.Types.Mixed,
  operation_id: required,
  occurred_at: { type: Date, required: true },
} as const

/** Opens a connection of its own, with models over the collections that the library's migrations made. */
export async function openMongoose(url: string, connections: number) {
  const connection = await mongoose.createConnection(url, { maxPoolSize: connections, autoIndex: false, autoCreate: false }).asPromise()
  const options = { timestamps: { createdAt: 'created_at', updatedAt: 'updated_at' }, versionKey: false } as const
  return {
    connection,
    Conversation: connection.model('Conversation', new mongoose.Schema(conversationFields, options), 'conversations'),
    Message: connection.model('Message', new mongoose.Schema(messageFields, options), 'messages'),
    Event: connection.model('Event', new mongoose.Schema(eventFields, options), 'contact_interaction_events'),
  }
}
export type MongooseModels = Awaited<ReturnType<typeof openMongoose>>
