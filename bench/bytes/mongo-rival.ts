import { type Db, ObjectId } from 'mongodb'
import { accountId, oaId, type Writer } from './writer.js'

/**
 * What a careful engineer writes: a document for each conversation and each message, no events, no nulls, and an index
 * for each list that the store answers. It remembers no operation, and a message and its counters are two writes of one
 * transaction.
 */
export function handWrittenMongo(db: Db): Writer {
  const [conversations, messages] = [db.collection('conversations'), db.collection('messages')]
  return {
    name: 'hand-written',
    async open(customerIds) {
      await db.dropDatabase()
      await conversations.createIndexes([
        { key: { account_id: 1, oa_id: 1, customer_id: 1 }, unique: true, partialFilterExpression: { active: true } },
        { key: { account_id: 1, status: 1, last_activity_at: 1 } },
        { key: { account_id: 1, oa_id: 1, last_activity_at: 1 } },
        { key: { account_id: 1, contact_id: 1, last_activity_at: 1 } },
      ])
      await messages.createIndexes([
        { key: { conversation_id: 1, seq: 1 }, unique: true },
        { key: { conversation_id: 1, occurred_at: 1, seq: 1 } },
        { key: { account_id: 1, conversation_id: 1, message_id: 1 }, unique: true },
      ])
      const at = new Date()
      const of = { account_id: accountId, oa_id: oaId, channel: 'messenger', status: 'open', active: true, version: 0 }
      const counters = { unread_count: 0, last_seq: 0, last_activity_at: at, created_at: at, updated_at: at }
      await conversations.insertMany(customerIds.map((customer_id) => ({ ...of, customer_id, contact_id: new ObjectId(), ...counters })))
    },
    async nickname(customerId, nickname) {
      const set = { nickname, updated_at: new Date() }
      await conversations.updateOne(of(customerId), { $set: set, $inc: { version: 1 } })
    },
    async messages(customerId, said) {
      await db.client.withSession((session) =>
        session.withTransaction(async () => {
          const last = said.at(-1)
          const at = last?.occurredAt
          const shown = {
            last_message_at: at,
            last_message_preview: last?.text,
            last_inbound_at: at,
            last_activity_at: at,
            updated_at: new Date(),
          }
          const counted = { unread_count: said.length, last_seq: said.length, version: 1 }
          const found = await conversations.findOneAndUpdate(
            of(customerId),
            { $set: shown, $inc: counted },
            { session, returnDocument: 'after' },
          )
          const first = Number(found?.last_seq) - said.length + 1
          await messages.insertMany(
            said.map(({ messageId, text, occurredAt }, index) => ({
              ...{ account_id: accountId, conversation_id: found?._id, seq: first + index, message_id: messageId, text },
              ...{ direction: 'inbound', sender_id: customerId, sender_type: 'customer', occurred_at: occurredAt, created_at: new Date() },
            })),
            { session },
          )
        }),
      )
    },
  }
}

function of(customerId: string) {
  return { account_id: accountId, oa_id: oaId, customer_id: customerId, active: true }
}
