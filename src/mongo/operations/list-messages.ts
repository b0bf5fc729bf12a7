import { toMessage } from '../../model/planning/to-records.js'
import type { Message } from '../../model/records.js'
import type { ListMessages } from '../../store/adapter.js'
import { type AdapterPage, pageOf } from '../../store/adapter-page.js'
import { inSession, type MongoContext } from '../context.js'
import { messageRow } from '../documents/messages.js'
import type { Doc } from '../driver.js'
import { messageFields } from '../projections.js'
import { messageKeys } from '../schema/time-indexes.js'

export async function listMessages(context: MongoContext, input: ListMessages): Promise<AdapterPage<Message>> {
  const { accountId, conversationId, order, by, limit } = input
  const direction = order === 'oldest' ? 1 : -1
  const options = {
    ...inSession(context),
    projection: messageFields,
    sort: by === 'time' ? { occurred_at: direction, seq: direction } : { seq: direction },
    hint: messageKeys[by],
    limit: limit + 1,
    batchSize: limit + 1,
  }
  const place = by === 'time' ? placeByTime(input) : placeBySeq(input)
  const documents = await context.collections.messages.find({ accountId, conversation_id: conversationId, ...place }, options).toArray()
  return pageOf(documents, limit, (doc) => toMessage(messageRow(doc)))
}

/** The range at the top bounds the index scan. An `$or` at the top would make a plan for each of its branches. */
function placeByTime({ after, order }: ListMessages): Doc {
  if (after === null) return {}
  const [milliseconds, seq] = after
  const at = new Date(Number(milliseconds))
  const past = order === 'oldest' ? '$gt' : '$lt'
  return { occurred_at: { [`${past}e`]: at }, $or: [{ occurred_at: { [past]: at } }, { seq: { [past]: Number(seq) } }] }
}

function placeBySeq({ after, afterSeq, order }: ListMessages): Doc {
  if (after === null) return afterSeq === 0 ? {} : { seq: { $gt: afterSeq } }
  const last = Number(after[0])
  return { seq: order === 'oldest' ? { $gt: Math.max(afterSeq, last) } : { $gt: afterSeq, $lt: last } }
}
