import { randomUUID } from 'node:crypto'
import type { InboundMessage } from './hand-written.js'
import type { MongooseModels } from './mongoose-models.js'
import { accountId } from './store-database.js'

/**
 * A transaction as users of Mongoose write it: it finds the conversation, then for each message it calls find, create
 * and create, and saves at the end.
 */
export async function writeWithMongoose(
  { connection, Conversation, Message, Event }: MongooseModels,
  { oaId, customerId, messages }: { readonly oaId: string; readonly customerId: string; readonly messages: readonly InboundMessage[] },
): Promise<number> {
  return connection.transaction(async (session) => {
    const conversation = await Conversation.findOne({ accountId, oa_id: oaId, customer_id: customerId, active: true }).session(session)
    if (conversation === null) throw new Error('the conversation is gone')
    const now = new Date()
    let stored = 0
    for (const { messageId, text } of messages) {
      const scope = { accountId, contact_inbox_id: conversation.contact_inbox_id, message_id: messageId }
      if (await Message.findOne(scope).session(session)) continue
      stored += 1
      const seq = conversation.last_seq + stored
      const conversationId = conversation._id
      const common = { ...scope, conversation_id: conversationId, direction: 'inbound', occurred_at: now } as const
      const message = { ...common, _id: randomUUID(), seq, sender_type: 'customer', text }
      await Message.create([message], { session })
      const event = {
        ...common,
        _id: randomUUID(),
        event_seq: conversation.last_event_seq + stored,
        type: 'message',
        operation_id: randomUUID(),
      }
      await Event.create([event], { session })
      conversation.last_message_preview = text
      conversation.last_message_row_id = message._id
    }
    conversation.version += 1
    conversation.unread_count += stored
    conversation.last_seq += stored
    conversation.last_event_seq += stored
    conversation.last_message_at = now
    conversation.last_inbound_at = now
    conversation.last_activity_at = now
    await conversation.save({ session })
    return stored
  })
}
