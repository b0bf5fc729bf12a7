import { randomUUID } from 'node:crypto'
import { type ClientSession, MongoClient, MongoServerError } from 'mongodb'

// Does what test/race/first-messages-worker.ts does with the library, with plain transactions that start again after a
// short random pause.
const [url = '', ...numbers] = process.argv.slice(2)
const [first = 0, messages = 0, callers = 1] = numbers.map(Number)
const client = await new MongoClient(url, { maxPoolSize: callers }).connect()
const db = client.db()
const scope = { accountId: 'hot', contact_inbox_id: 'contact-inbox' }
await Promise.all(Array.from({ length: callers }, () => db.collection('messages').findOne(scope)))

process.stdout.write('ready\n')
await new Promise((resolve) => process.stdin.once('data', resolve))

const duplicateKey = 11000
const longestPauseMs = 10
const queue = Array.from({ length: messages }, (_, index) => `message-${first + index}`)
const seen = { created: 0, stored: 0, duplicates: 0, errors: [] as string[], worstMs: 0 }

async function store(session: ClientSession, messageId: string): Promise<void> {
  session.startTransaction()
  const known = await db.collection('messages').findOne({ ...scope, message_id: messageId }, { session })
  if (known) throw new Error('a message of its own was known')
  const now = new Date()
  const conversation = await db.collection<{ _id: string; last_seq: number }>('conversations').findOneAndUpdate(
    { accountId: 'hot', oa_id: 'page', customer_id: 'customer', active: true },
    {
      $inc: { version: 1, last_seq: 1, last_event_seq: 1, unread_count: 1 },
      $max: { last_message_at: now, last_activity_at: now },
      $setOnInsert: { _id: randomUUID(), contact_inbox_id: scope.contact_inbox_id, contact_id: 'contact', status: 'open', created_at: now },
    },
    { upsert: true, returnDocument: 'after', session },
  )
  if (conversation === null) throw new Error('the conversation is gone')
  const row = { ...scope, conversation_id: conversation._id, message_id: messageId, direction: 'inbound', occurred_at: now }
  await db.collection('messages').insertOne({ ...row, seq: conversation.last_seq, text: `text of ${messageId}` }, { session })
  const event = { ...row, event_seq: conversation.last_seq, type: 'message' }
  await db.collection('contact_interaction_events').insertOne(event, { session })
  await session.commitTransaction()
}

async function storeAnyhow(messageId: string): Promise<void> {
  const session = client.startSession()
  try {
    for (;;) {
      try {
        return await store(session, messageId)
      } catch (error) {
        if (session.inTransaction()) await session.abortTransaction()
        const isConflict =
          error instanceof MongoServerError && (error.hasErrorLabel('TransientTransactionError') || error.code === duplicateKey)
        if (!isConflict) throw error
      }
      await new Promise((resolve) => setTimeout(resolve, Math.random() * longestPauseMs))
    }
  } finally {
    await session.endSession()
  }
}

async function call(): Promise<void> {
  for (let messageId = queue.shift(); messageId !== undefined; messageId = queue.shift()) {
    const started = performance.now()
    try {
      await storeAnyhow(messageId)
      seen.stored += 1
    } catch (error) {
      seen.errors.push(String(error))
    }
    seen.worstMs = Math.max(seen.worstMs, performance.now() - started)
  }
}
await Promise.all(Array.from({ length: callers }, call))
await client.close()
process.stdout.write(`${JSON.stringify({ ...seen, conversations: ['one'] })}\n`)
process.stdin.destroy()
