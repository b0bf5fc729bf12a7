import { randomUUID } from 'node:crypto'
import type { Db, MongoClient } from 'mongodb'
import { accountId } from './store-database.js'

interface Stored {
  _id: string
  [field: string]: unknown
}

export interface InboundMessage {
  readonly messageId: string
  readonly text: string
}

export interface HandWrittenTransaction {
  /**
   * Stores messages that are new, with their events, the conversation's counters and the operation's mark. Returns how
   * many were new.
   */
  write(customerId: string, messages: readonly InboundMessage[]): Promise<number>
}

const replyWindowMs = 24 * 60 * 60 * 1000

/**
 * What an engineer writes to get what the library promises for messages: five commands with the commit. It is given the
 * ids of the contact inboxes, and looks neither for aliases nor for events that came before their message.
 */
export async function handWrittenTransaction(client: MongoClient, db: Db, oaId: string): Promise<HandWrittenTransaction> {
  const conversations = db.collection<Stored>('conversations')
  const messages = db.collection<Stored>('messages')
  const events = db.collection<Stored>('contact_interaction_events')
  const contactInboxes = await db.collection<Stored>('contact_inboxes').find({ accountId, oa_id: oaId }).toArray()
  const contactInboxIds = new Map(contactInboxes.map((each) => [each.customer_id, each._id]))

  return {
    async write(customerId, given) {
      const contactInboxId = contactInboxIds.get(customerId)
      if (contactInboxId === undefined) throw new Error('the customer is unknown')
      const operationId = randomUUID()
      return client.withSession((session) =>
        session.withTransaction(async () => {
          const ids = given.map(({ messageId }) => messageId)
          const known = await messages
            .find(
              { accountId, contact_inbox_id: contactInboxId, message_id: { $in: ids } },
              { session, projection: { _id: 0, message_id: 1 } },
            )
            .toArray()
          const knownIds = new Set(known.map(({ message_id }) => message_id))
          const rows = given.filter(({ messageId }) => !knownIds.has(messageId)).map((each) => ({ ...each, id: randomUUID() }))
          const last = rows.at(-1)
          if (last === undefined) return 0

          const now = new Date()
          const count = rows.length
          const isLatest = { $gte: [now, { $ifNull: ['$last_message_at', now] }] }
          const conversation = await conversations.findOneAndUpdate(
            { accountId, oa_id: oaId, customer_id: customerId, active: true },
            [
              {
                $set: {
                  version: { $add: ['$version', 1] },
                  unread_count: { $add: ['$unread_count', count] },
                  last_seq: { $add: ['$last_seq', count] },
                  last_event_seq: { $add: ['$last_event_seq', count] },
                  last_message_preview: { $cond: [isLatest, { $literal: last.text }, '$last_message_preview'] },
                  last_message_row_id: { $cond: [isLatest, last.id, '$last_message_row_id'] },
                  last_message_at: { $max: ['$last_message_at', now] },
                  last_inbound_at: { $max: ['$last_inbound_at', now] },
                  last_activity_at: { $max: ['$last_activity_at', now] },
                  window_expires_at: { $max: ['$window_expires_at', new Date(now.getTime() + replyWindowMs)] },
                  status: 'open',
                  snoozed_until: null,
                  updated_at: now,
                  operations: {
                    $slice: [{ $concatArrays: ['$operations', [{ id: operationId, outcome: 'updated', at: now }]] }, -16],
                  },
                },
              },
            ],
            { session, returnDocument: 'after' },
          )
          if (conversation === null) throw new Error('the conversation is gone')
          const conversationId = conversation._id
          const firstSeq = Number(conversation.last_seq) - count + 1
          const firstEventSeq = Number(conversation.last_event_seq) - count + 1

          await messages.insertMany(
            rows.map(({ id, messageId, text }, index) => ({
              _id: id,
              accountId,
              conversation_id: conversationId,
              contact_inbox_id: contactInboxId,
              seq: firstSeq + index,
              message_id: messageId,
              direction: 'inbound',
              sender_id: null,
              sender_type: 'customer',
              sender_name: null,
              text,
              attachments: [],
              reply_to: null,
              status: null,
              occurred_at: now,
              sent_at: null,
              delivered_at: null,
              read_at: null,
              failed_at: null,
              error: null,
              edited_at: null,
              edit_number: 0,
              deleted_at: null,
              reactions: [],
              metadata: null,
              created_at: now,
            })),
            { session },
          )
          await events.insertMany(
            rows.map(({ messageId }, index) => ({
              _id: randomUUID(),
              accountId,
              contact_inbox_id: contactInboxId,
              conversation_id: conversationId,
              event_seq: firstEventSeq + index,
              type: 'message',
              message_id: messageId,
              target_message_id: null,
              local_id: null,
              sender_id: null,
              direction: 'inbound',
              payload: null,
              operation_id: operationId,
              occurred_at: now,
              created_at: now,
            })),
            { session },
          )
          return count
        }),
      )
    },
  }
}
