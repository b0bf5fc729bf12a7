import type { MongoContext } from './context.js'
import type { Doc } from './driver.js'
import { latestState } from './find-now.js'
import { messageKeys } from './schema/hinted-keys.js'

/** What selects the messages that count as unread while they lie past the read horizon. */
const countsAsUnread = { direction: 'inbound', is_silent: null } as const

/** The id under which messages are stored. */
interface StoredUnder {
  readonly accountId: string
  readonly id: string
}

/** How many messages of a conversation are unread if `readSeq` is its read horizon. */
export function countUnread(context: MongoContext, { accountId, id }: StoredUnder, readSeq: number): Promise<number> {
  const filter = { accountId, conversation_id: id, seq: { $gt: readSeq }, ...countsAsUnread }
  return context.collections.messages.countDocuments(filter, { ...latestState(context), hint: messageKeys.seq })
}

/** The first (1) or the last (-1) `seq` among the messages that count as unread and match, or null if there is none. */
export async function findUnread(
  context: MongoContext,
  { accountId, id }: StoredUnder,
  match: Doc,
  direction: 1 | -1,
): Promise<number | null> {
  const options = { ...latestState(context), sort: { seq: direction }, hint: messageKeys.seq, projection: { _id: 0, seq: 1 } }
  const filter = { accountId, conversation_id: id, ...match, ...countsAsUnread }
  const doc = await context.collections.messages.findOne(filter, options)
  return doc === null ? null : Number(doc.seq)
}
