import type { Doc, MongoSession } from '../../mongo/driver.js'
import { nameless } from '../named-messages.js'
import { exactly, sameKey, shown } from './bson.js'
import { valueAt } from './claims.js'
import { findExactly } from './find-exactly.js'
import { keyFields, type MergeContext } from './merge-context.js'
import { referenceOf, requireOwnMessages } from './message-references.js'
import { nameKept } from './names-of-merged.js'
import { activeFilter } from './unique-indexes.js'

export interface MergedGroup {
  readonly losers: number
  readonly moved: number
  readonly doubled: number
}

export const unmerged: MergedGroup = { losers: 0, moved: 0, doubled: 0 }

/**
 * Merges the conversations of one key, in the transaction of the session. It reads them anew, with what they hold now.
 */
export async function mergeGroup(context: MergeContext, key: readonly unknown[], session: MongoSession): Promise<MergedGroup> {
  const { conversations, tables } = context
  const { activityAt } = tables.conversations
  const filter = Object.fromEntries(keyFields(tables).map((field, at) => [field, { $eq: key[at] }]))
  const sort = { ...(activityAt === null ? {} : { [activityAt]: -1 }), _id: -1 }
  const group = await findExactly(conversations, { $and: [filter, activeFilter(tables.conversations)] }, { session, sort })
  const [kept, ...losers] = group
  if (kept === undefined || losers.length === 0) return unmerged
  await requireOwnMessages(context, group, kept, session)
  await nameKept(context, kept, losers, session)
  let [moved, doubled] = [0, 0]
  for (const loser of losers) {
    await context.archive.insertOne(entryOf(tables.conversations.name, loser, kept._id, 'merged'), { session })
    const messages = await moveMessages(context, loser._id, kept._id, session)
    await conversations.deleteOne({ _id: loser._id }, { session })
    moved += messages.moved
    doubled += messages.doubled
  }
  await recount(context, kept._id, session)
  return { losers: losers.length, moved, doubled }
}

function entryOf(from: string, document: Doc, keptId: unknown, reason: string): Doc {
  return { _id: { from, id: document._id }, reason, kept_id: keptId, at: new Date(), document }
}

const atATime = 1_000

/**
 * Moves the messages of a conversation to another. Those whose message id is there already go into the archive, and
 * what was moved is written there, in lists of a thousand, because a document can't hold them all.
 */
export async function moveMessages(
  context: MergeContext,
  loserId: unknown,
  keptId: unknown,
  session: MongoSession,
): Promise<{ readonly moved: number; readonly doubled: number }> {
  const { messages, tables, archive } = context
  if (messages === null || tables.messages === null) return { moved: 0, doubled: 0 }
  const { name, conversationId, messageId } = tables.messages
  const from = await referenceOf(context, loserId, session)
  const to = await referenceOf(context, keptId, session)
  let [moved, doubled] = [0, 0]
  if (tables.conversations.id !== null && (from === null || sameKey(from) === sameKey(to))) return { moved, doubled }
  for (;;) {
    const page = await findExactly(messages, { [conversationId]: { $eq: from } }, { session, sort: { _id: 1 }, limit: atATime })
    if (page.length === 0) return { moved, doubled }
    if (to === null && tables.conversations.id !== null) throw nameless(tables, shown(keptId))
    const known = await knownIds(context, page, to, session)
    const [going, double]: [Doc[], Doc[]] = [[], []]
    for (const message of page) {
      const id = messageId === null ? null : (valueAt(message, messageId) ?? null)
      if (id !== null && known.has(sameKey(id))) double.push(message)
      else going.push(message)
      if (id !== null) known.add(sameKey(id))
    }
    if (double.length > 0) {
      await archive.insertMany(
        double.map((message) => entryOf(name, message, keptId, 'double message')),
        { session },
      )
      await messages.deleteMany({ _id: { $in: double.map(({ _id }) => _id) } }, { session })
    }
    const ids = going.map(({ _id }) => _id)
    if (ids.length > 0) {
      const named = tables.conversations.id === null ? {} : { kept_reference: to }
      await archive.insertOne({ reason: 'moved', from_id: loserId, kept_id: keptId, ...named, at: new Date(), messages: ids }, { session })
      await messages.updateMany({ _id: { $in: ids } }, { $set: { [conversationId]: to } }, { session })
    }
    moved += going.length
    doubled += double.length
  }
}

async function knownIds(context: MergeContext, page: readonly Doc[], to: unknown, session: MongoSession): Promise<Set<string>> {
  const { messages, tables } = context
  const { conversationId, messageId } = tables.messages ?? { conversationId: '', messageId: null }
  if (messages === null || messageId === null) return new Set()
  const wanted = page.map((message) => valueAt(message, messageId) ?? null).filter((id) => id !== null)
  const found = await messages
    .find({ [conversationId]: { $eq: to }, [messageId]: { $in: wanted } }, { session, projection: { [messageId]: 1 }, ...exactly })
    .toArray()
  return new Set(found.map((message) => sameKey(valueAt(message, messageId))))
}

/** Counts the messages of a conversation, as its counters say. */
export async function recount(context: MergeContext, id: unknown, session: MongoSession): Promise<void> {
  const { messages, tables, conversations } = context
  const { messages: all, unread } = tables.counters
  if (messages === null || tables.messages === null) return
  if (all === undefined && unread === undefined) return
  const of = { [tables.messages.conversationId]: { $eq: await referenceOf(context, id, session) } }
  const counts: Doc = {}
  if (all !== undefined) counts[all] = await messages.countDocuments(of, { session })
  if (unread !== undefined) counts[unread.field] = await messages.countDocuments({ $and: [of, unread.where] }, { session })
  await conversations.updateOne({ _id: id }, { $set: counts }, { session })
}
