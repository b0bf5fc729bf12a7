import type { Doc, MongoDb } from '../driver.js'
import type { BatchScope, MigrationContext } from '../migrator/migration.js'
import { messageKeys } from './time-indexes.js'

/** A filter for the messages that answer a customer, as `isAnswer` takes them. */
export const answers: Doc = { direction: 'outbound', sender_type: { $in: ['agent', 'bot'] }, status: { $ne: 'failed' } }

/** A filter for the messages that let a customer wait, later than a place in the list by time, or of all. */
export function questionsAfter(after: { readonly at: Date; readonly seq: number } | null): Doc {
  const later = after && { occurred_at: { $gte: after.at }, $or: [{ occurred_at: { $gt: after.at } }, { seq: { $gt: after.seq } }] }
  return { direction: 'inbound', is_history: { $exists: false }, ...later }
}

/**
 * Writes on the conversations from before version 008 since when their customers wait. A batch is small, because it
 * asks for two messages of each conversation.
 */
export async function noteWaitingCustomers(db: MongoDb, collectionName: string, { batch }: MigrationContext): Promise<void> {
  await batch({ projection: { accountId: 1 }, size: 200 }, async (documents, scope) => {
    for (const { _id, accountId } of documents) await noteWaitingCustomer(db, collectionName, { accountId, _id }, scope)
  })
}

/** Takes away what `noteWaitingCustomers` has written. The messages tell it again. */
export async function forgetWaitingCustomers(db: MongoDb, collectionName: string, { batch }: MigrationContext): Promise<void> {
  const filter = { $or: [{ waiting_since: { $exists: true } }, { last_answer_at: { $exists: true } }] }
  await batch({ filter, projection: { _id: 1 } }, (documents, { session }) =>
    db
      .collection(collectionName)
      .updateMany({ _id: { $in: documents.map(({ _id }) => _id) } }, { $unset: { waiting_since: '', last_answer_at: '' } }, { session }),
  )
}

async function noteWaitingCustomer(db: MongoDb, collectionName: string, conversation: Doc, { session, signal }: BatchScope): Promise<void> {
  signal.throwIfAborted()
  const { accountId, _id } = conversation
  const first = async (match: Doc, order: 1 | -1): Promise<Doc | null> => {
    const sort = { occurred_at: order, seq: order }
    const options = { session, sort, projection: { occurred_at: 1, seq: 1 }, hint: messageKeys.time, limit: 1 }
    const [row] = await db
      .collection('messages', { readPreference: 'primary' })
      .find({ accountId, conversation_id: _id, ...match }, options)
      .toArray()
    return row ?? null
  }
  const answer = await first(answers, -1)
  const question = await first(questionsAfter(answer && { at: answer.occurred_at as Date, seq: Number(answer.seq) }), 1)
  if (answer === null && question === null) return
  const wait = {
    ...(question && { waiting_since: question.occurred_at }),
    ...(answer && { last_answer_at: answer.occurred_at }),
  }
  await db.collection(collectionName).updateOne(conversation, { $set: wait }, { session })
}
