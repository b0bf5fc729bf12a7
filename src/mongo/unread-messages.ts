import type { StoredUnder } from '../model/planning/world.js'
import type { MongoContext } from './context.js'
import type { Doc } from './driver.js'
import { latestState } from './find-now.js'
import { messageKeys } from './schema/hinted-keys.js'

/** What selects the messages that count as unread while they lie past the read horizon. */
const countsAsUnread = { direction: 'inbound', is_silent: null } as const

interface Counted extends StoredUnder {
  readonly accountId: string
}

/** A filter that leaves out what the merges hide that stand in a conversation. Nearly no conversation has any. */
export function isShown({ merges }: Pick<StoredUnder, 'merges'>): Doc {
  return merges.length === 0 ? {} : { double_in: { $nin: merges } }
}

/** How many messages of a conversation are unread if `readSeq` is its read horizon. */
export function countUnread(context: MongoContext, { accountId, ...of }: Counted, readSeq: number): Promise<number> {
  const filter = { accountId, conversation_id: of.id, seq: { $gt: readSeq }, ...countsAsUnread, ...isShown(of) }
  return context.collections.messages.countDocuments(filter, { ...latestState(context), hint: messageKeys.seq })
}

/** The first (1) or the last (-1) `seq` among the messages that count as unread and match, or null if there is none. */
export async function findUnread(
  context: MongoContext,
  { accountId, ...of }: Counted,
  match: Doc,
  direction: 1 | -1,
): Promise<number | null> {
  const options = { ...latestState(context), sort: { seq: direction }, hint: messageKeys.seq, projection: { _id: 0, seq: 1 } }
  const filter = { accountId, conversation_id: of.id, ...match, ...countsAsUnread, ...isShown(of) }
  const doc = await context.collections.messages.findOne(filter, options)
  return doc === null ? null : Number(doc.seq)
}
