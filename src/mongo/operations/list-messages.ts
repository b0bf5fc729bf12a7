import { toMessage } from '../../model/planning/to-records.js'
import type { Message } from '../../model/records.js'
import type { ListMessages } from '../../store/adapter.js'
import { type AdapterPage, pageOf } from '../../store/adapter-page.js'
import { inSession, type MongoContext } from '../context.js'
import { messageRow } from '../documents/messages.js'
import { messageFields } from '../projections.js'

export async function listMessages(context: MongoContext, input: ListMessages): Promise<AdapterPage<Message>> {
  const { accountId, conversationId, order, limit, after } = input
  const isOldestFirst = order === 'oldest'
  const past = after === null ? {} : { seq: { [isOldestFirst ? '$gt' : '$lt']: Number(after[0]) } }
  const options = {
    ...inSession(context),
    projection: messageFields,
    sort: { seq: isOldestFirst ? 1 : -1 },
    limit: limit + 1,
    batchSize: limit + 1,
  }
  const documents = await context.collections.messages.find({ accountId, conversation_id: conversationId, ...past }, options).toArray()
  return pageOf(documents, limit, (doc) => toMessage(messageRow(doc)))
}
