import type { Doc, MongoSession } from '../../mongo/driver.js'
import { notNamed, sharedName } from '../named-messages.js'
import { shown } from './bson.js'
import { valueAt } from './claims.js'
import { findExactly } from './find-exactly.js'
import type { MergeContext } from './merge-context.js'

/** The field of a conversation by which messages name it. */
export function referenceField({ tables }: Pick<MergeContext, 'tables'>): string {
  return tables.conversations.id ?? '_id'
}

/** The value of that field, of a conversation that is there or in the archive. Null if it has none. */
export async function referenceOf(context: MergeContext, id: unknown, session?: MongoSession): Promise<unknown> {
  const { conversations, archive, tables } = context
  const field = tables.conversations.id
  if (field === null) return id
  const options = session === undefined ? {} : { session }
  const [living] = await findExactly(conversations, { _id: { $eq: id } }, { ...options, projection: { [field]: 1 } })
  if (living !== undefined) return valueAt(living, field) ?? null
  const [gone] = await findExactly(archive, { _id: { from: tables.conversations.name, id } }, options)
  return valueAt(gone?.document, field) ?? null
}

/**
 * Throws VALIDATION_FAILED if a conversation outside of a group is named by the same value as one of it whose messages
 * are to move, so that nobody can tell whose they are.
 */
export async function requireOwnMessages(
  { conversations, tables }: MergeContext,
  group: readonly Doc[],
  kept: Doc,
  session: MongoSession,
): Promise<void> {
  const field = tables.conversations.id
  if (field === null || tables.messages === null) return
  const values = group.map((each) => valueAt(each, field) ?? null).filter((value) => value !== null)
  const filter = { [field]: { $in: values, $ne: valueAt(kept, field) ?? null }, _id: { $nin: group.map(({ _id }) => _id) } }
  const [other] = await findExactly(conversations, filter, { session, limit: 1, projection: { [field]: 1 } })
  if (other !== undefined) throw sharedName(field, shown(valueAt(other, field)))
}

const atATime = 1_000

/**
 * Throws VALIDATION_FAILED if there are messages, and none of them names a conversation: they name it by another field
 * then, and a merge would leave all of them behind.
 */
export async function requireNamed(context: MergeContext): Promise<void> {
  const { db, conversations, messages, archive, tables } = context
  if (messages === null || tables.messages === null) return
  const { conversationId } = tables.messages
  const field = referenceField(context)
  const [some] = await findExactly(messages, { [conversationId]: { $ne: null } }, { limit: 1, projection: { _id: 1 } })
  if (some === undefined) return
  const quarantine = db.collection('conversation_store_quarantine', { readPreference: 'primary' })
  const from = { '_id.from': tables.conversations.name }
  const places = [
    { collection: conversations, filter: {}, path: field },
    { collection: archive, filter: from, path: `document.${field}` },
    { collection: quarantine, filter: from, path: `document.${field}` },
  ]
  let any = false
  for (const { collection, filter, path } of places) {
    for (let after: Doc[] = []; ; ) {
      const options = { sort: { _id: 1 }, limit: atATime, projection: { [path]: 1 } }
      const page = await findExactly(collection, { $and: [filter, ...after] }, options)
      const last = page.at(-1)
      if (last === undefined) break
      any = true
      const values = page.map((each) => valueAt(each, path) ?? null).filter((value) => value !== null)
      if (values.length > 0 && (await messages.countDocuments({ [conversationId]: { $in: values } }, { limit: 1 })) > 0) return
      after = [{ $expr: { $gt: ['$_id', { $literal: last._id }] } }]
    }
  }
  if (any) throw notNamed(tables.messages, field)
}
