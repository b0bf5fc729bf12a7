import { requireNotAborted } from '../../model/abort.js'
import type { Doc, MongoSession } from '../../mongo/driver.js'
import { collectionCall } from '../../mongo/migrator/indexes/shell-text.js'
import { prefixOf } from '../../mongo/prefixed-db.js'
import { duplicateKey, serverCode } from '../../mongo/translate-error.js'
import type { MergeOptions, MergeReverted } from '../merge-types.js'
import { duplicatesOf, type RefusedBack } from '../refused-back.js'
import { remainingTime } from '../remaining-time.js'
import { findExactly } from './find-exactly.js'
import type { MergeContext } from './merge-context.js'
import { recount } from './merge-group.js'
import { referenceOf } from './message-references.js'
import { nameBack } from './names-of-merged.js'
import { refusingIndex } from './refusing-index.js'

/** The driver gives a document whose id is null another one otherwise. */
const asItIs = { forceServerObjectId: true }

/**
 * Brings back what is in the archive, the last first, each conversation with its messages in one transaction. Throws
 * DUPLICATE_KEYS at the end for those that a unique index refused, which stay in the archive.
 */
export async function unmerge(
  context: MergeContext,
  { signal, onProgress }: MergeOptions,
  requireHeld: () => void,
): Promise<MergeReverted> {
  const { archive, conversations, tables } = context
  const sum = { restored: 0, movedBack: 0 }
  const skipped: unknown[] = []
  const refused: RefusedBack[] = []
  const merged = { '_id.from': tables.conversations.name, reason: 'merged' }
  const total = onProgress === undefined ? null : await archive.countDocuments(merged)
  const remaining = remainingTime(0)
  for (;;) {
    requireNotAborted(signal)
    requireHeld()
    const filter = { ...merged, _id: { $nin: skipped } }
    const [entry] = await findExactly(archive, filter, { sort: { at: -1 }, limit: 1 })
    if (entry === undefined) break
    const back = context.inTransaction(async (session) => {
      const document = entry.document as Doc
      if ((await conversations.findOne({ _id: document._id }, { session, projection: { _id: 1 } })) !== null) return null
      await conversations.insertOne(document, { session, ...asItIs })
      await archive.deleteOne({ _id: entry._id }, { session })
      const moved = await messagesBack(context, document._id, session)
      await nameBack(context, document._id, entry.kept_id, session)
      await recount(context, document._id, session)
      await recount(context, entry.kept_id, session)
      return moved
    })
    const movedBack = await back.catch((error: unknown) => {
      if (serverCode(error) !== duplicateKey) throw error
      refused.push(refusedBack(context, error))
      return null
    })
    if (movedBack === null) skipped.push(entry._id)
    else {
      sum.restored += 1
      sum.movedBack += movedBack
    }
    const done = sum.restored + skipped.length
    await onProgress?.({ name: `merged ${tables.conversations.name}`, done, total, remainingMs: remaining(done, total) })
  }
  const [first] = refused
  if (first !== undefined) throw duplicatesOf(context.db.databaseName ?? '', first, refused)
  return sum
}

/** What the server's error says of the index. */
function refusedBack({ db, tables }: MergeContext, error: unknown): RefusedBack {
  const { collection, index } = refusingIndex(error) ?? { collection: prefixOf(db) + tables.conversations.name, index: '' }
  const key = (Reflect.get(Object(error), 'keyValue') ?? {}) as Doc
  return { collection, index, fields: Object.keys(key), key, query: collectionCall(collection, 'find', key) }
}

async function messagesBack(context: MergeContext, id: unknown, session: MongoSession): Promise<number> {
  const { archive, messages, tables } = context
  if (messages === null || tables.messages === null) return 0
  const { name, conversationId } = tables.messages
  const reference = await referenceOf(context, id, session)
  let count = 0
  const moves = await findExactly(archive, { reason: 'moved', from_id: { $eq: id } }, { session })
  for (const { _id, kept_id, kept_reference = kept_id, messages: ids } of moves) {
    const back = await messages.updateMany(
      { _id: { $in: ids }, [conversationId]: { $eq: kept_reference } },
      { $set: { [conversationId]: reference } },
      { session },
    )
    count += Number(back.matchedCount)
    await archive.deleteOne({ _id }, { session })
  }
  const doubles = { '_id.from': name, reason: 'double message', [`document.${conversationId}`]: { $eq: reference } }
  const documents = (await findExactly(archive, doubles, { session })).map(({ document }) => document as Doc)
  if (documents.length > 0) {
    await messages.insertMany(documents, { session, ...asItIs })
    await archive.deleteMany(doubles, { session })
  }
  return count + documents.length
}
