import { toMessage } from '../../model/planning/to-records.js'
import type { Message } from '../../model/records.js'
import type { ListMessages } from '../../store/adapter.js'
import { type AdapterPage, pageOf } from '../../store/adapter-page.js'
import type { MongoContext } from '../context.js'
import { time } from '../documents/fields.js'
import { messageRow } from '../documents/messages.js'
import type { Doc } from '../driver.js'
import { type ListedDocument, listedDocuments } from '../listed-documents.js'
import { messageFields } from '../projections.js'
import { messageKeys } from '../schema/hinted-keys.js'

export async function listMessages(context: MongoContext, input: ListMessages): Promise<AdapterPage<Message>> {
  const { conversationId, order, by, limit } = input
  const direction = order === 'oldest' ? 1 : -1
  const listedAt = ({ doc }: ListedDocument) => (by === 'time' ? time(doc.occurred_at).getTime() : 0)
  const found = await listedDocuments(context, input, {
    from: 'messages',
    number: 'seq',
    base: 'seqBase',
    last: 'last_seq',
    place: (base) => (by === 'time' ? placeByTime(input, base) : placeBySeq(input, base)),
    options: {
      projection: messageFields,
      sort: by === 'time' ? { occurred_at: direction, seq: direction } : { seq: direction },
      hint: messageKeys[by],
      limit: limit + 1,
      batchSize: limit + 1,
    },
    compare: (a, b) => direction * (listedAt(a) - listedAt(b) || a.number - b.number),
  })
  if (found === null) return { items: [], hasMore: false, isOfNone: true }
  return pageOf(found, limit, ({ doc, number }) => toMessage({ ...messageRow(doc), conversationId, seq: number }))
}

/** The range at the top bounds the index scan. An `$or` at the top would make a plan for each of its branches. */
function placeByTime({ after, order }: ListMessages, base: number): Doc {
  if (after === null) return {}
  const [milliseconds, seq] = after
  const at = new Date(Number(milliseconds))
  const past = order === 'oldest' ? '$gt' : '$lt'
  return { occurred_at: { [`${past}e`]: at }, $or: [{ occurred_at: { [past]: at } }, { seq: { [past]: Number(seq) - base } }] }
}

function placeBySeq({ after, afterSeq, order }: ListMessages, base: number): Doc {
  if (after === null) return afterSeq === 0 ? {} : { seq: { $gt: afterSeq - base } }
  const last = Number(after[0]) - base
  return { seq: order === 'oldest' ? { $gt: Math.max(afterSeq - base, last) } : { $gt: afterSeq - base, $lt: last } }
}
