import { randomUUID } from 'node:crypto'
import type { Express } from 'express'
import mongoose from 'mongoose'
import { type MongooseModels, openMongoose } from '../../mongo/mongoose-models.js'
import { writeWithMongoose } from '../../mongo/mongoose-transaction.js'
import type { RouteDatabase } from '../serve.js'
import { handWrittenRoute, type Said } from './hand-written.js'

/** Finds the inbox, the conversation and the message, and then writes three documents, each by itself. */
export async function mongooseRoute({ url, connections }: RouteDatabase): Promise<Express> {
  const models = await openMongoose(url, connections)
  const ownerOf = ownersIn(models)
  return handWrittenRoute(async (said) => {
    const accountId = await ownerOf(said)
    if (accountId !== null) await lookUpThenWrite(models, accountId, said)
  })
}

/** Finds the inbox, and does the rest in a transaction, which writes all of it or nothing. */
export async function mongooseTransactionRoute({ url, connections }: RouteDatabase): Promise<Express> {
  const models = await openMongoose(url, connections)
  const ownerOf = ownersIn(models)
  return handWrittenRoute(async (said) => {
    const { oaId, customerId, messageId, text } = said
    if ((await ownerOf(said)) !== null) await writeWithMongoose(models, { oaId, customerId, messages: [{ messageId, text }] })
  })
}

const inboxFields = {
  _id: { type: String, required: true },
  accountId: { type: String, required: true },
  oa_id: { type: String, required: true },
  channel: { type: String, required: true },
  status: { type: String, required: true },
} as const

function ownersIn({ connection }: MongooseModels): (said: Said) => Promise<string | null> {
  const Inbox = connection.model('Inbox', new mongoose.Schema(inboxFields, { versionKey: false }), 'inboxes')
  return async ({ oaId }) => (await Inbox.findOne({ oa_id: oaId, channel: 'messenger', status: 'connected' }))?.accountId ?? null
}

async function lookUpThenWrite({ Conversation, Message, Event }: MongooseModels, accountId: string, said: Said): Promise<void> {
  const { oaId, customerId, messageId, text, occurredAt } = said
  const conversation = await Conversation.findOne({ accountId, oa_id: oaId, customer_id: customerId, active: true })
  if (conversation === null) throw new Error('the customers of this comparison have a conversation')
  const scope = { accountId, contact_inbox_id: conversation.contact_inbox_id, message_id: messageId }
  if (await Message.findOne(scope)) return
  const id = randomUUID()
  conversation.version += 1
  conversation.unread_count += 1
  conversation.last_seq += 1
  conversation.last_event_seq += 1
  conversation.last_message_preview = text
  conversation.last_message_row_id = id
  conversation.last_message_at = occurredAt
  conversation.last_inbound_at = occurredAt
  conversation.last_activity_at = occurredAt
  await conversation.save()
  const common = { ...scope, conversation_id: conversation._id, direction: 'inbound', occurred_at: occurredAt } as const
  await Message.create({ ...common, _id: id, seq: conversation.last_seq, sender_type: 'customer', text })
  await Event.create({ ...common, _id: randomUUID(), event_seq: conversation.last_event_seq, type: 'message', operation_id: randomUUID() })
}
